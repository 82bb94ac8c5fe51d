package io.longshore.persistence;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Anything a partition entity can receive: the messages of this floor below, and what other floors
 * add for their own partitions, to be handled in {@link Partition#soft}.
 */
public interface PartitionMessage {

  /**
   * Commands decided in order and committed together. Sent by a node's lane to the partition, one
   * at a time; answered by {@link Replies} with the same number.
   */
  record Batch(long number, ActorRef<Replies> replyTo, List<PartitionCommand<?>> commands)
      implements PartitionMessage, Refusable {
    @Override
    public void refuse(long retryAfterMillis) {
      replyTo.<Object>unsafeUpcast().tell(new Refused(number, retryAfterMillis));
    }

    @Override
    public boolean moved() {
      refuse(Refused.MOVED);
      return true;
    }
  }

  /**
   * Answers {@link Batch}: a reply for each command in order, or an empty list if the commit failed
   * and nothing is known. An answer that is too large for one message comes in several, one after
   * the other, each with the replies that follow those of the one before.
   */
  record Replies(long number, List<Object> replies) implements PartitionSender.Message {}

  /** In place of the reply to a command that could not be decided; the log says why. */
  record Undecided() {}

  /**
   * Answers whatever found no room in the partition's queue: nothing has changed. {@link
   * Partitions} makes {@link Answer.Overloaded} of it.
   *
   * @param number of the {@link Batch}; 0 for what is no batch
   * @param retryAfterMillis when there will be room; {@link #MOVED} if it is only that the
   *     partition was on its way to another node
   */
  record Refused(long number, long retryAfterMillis) implements PartitionSender.Message {
    static final long MOVED = 0;

    /** Answers one who waits with {@link Partitions#await}. */
    public static void tell(ActorRef<?> replyTo, long retryAfterMillis) {
      replyTo.<Object>unsafeUpcast().tell(new Refused(0, retryAfterMillis));
    }
  }

  /** Sent by nodes again and again, so that a partition is always alive somewhere. */
  record Wake(ActorRef<Awake> replyTo) implements PartitionMessage {}

  /** Answers {@link Wake} once the partition is recovered. */
  record Awake(int partition) implements PartitionWaker.Message, PartitionSender.Message {}

  /** Sent by a node to the others: these of its partitions have just answered {@link Wake}. */
  record AwakeThere(List<Integer> partitions) implements PartitionWaker.Message {}

  /** Sent by a partition to itself. */
  record Tick() implements PartitionMessage {}

  /**
   * Sent by a partition to itself: the outcome of something it had begun. Never leaves the node.
   */
  interface Own extends PartitionMessage {}
}

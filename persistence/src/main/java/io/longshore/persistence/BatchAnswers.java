package io.longshore.persistence;

import io.longshore.persistence.WireItems.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the batches of one partition, each once: with its replies, or with nothing if it stops
 * before.
 *
 * <p>What is larger than a frame is dropped on its way to another node, and nobody would learn what
 * was committed. Commands are few enough when they leave, but what they ask for is known here only.
 * So replies that leave the node are written here, where they are still single, and travel in as
 * many messages as they need. Both nodes hold all of them at once, so of large ones, which are what
 * was only read, those beyond some bytes are left out: whoever asked may ask again.
 */
final class BatchAnswers {
  private static final Logger log = LoggerFactory.getLogger(BatchAnswers.class);
  private static final Duration AFTER_STOP = Duration.ofMillis(100);

  /** Replies that are not larger are always given. */
  private static final int SMALL = 16 * 1024;

  /** All replies of a batch together take so many full messages at most. */
  private static final int MOST_PARTS = 8;

  private final ActorSystem<?> system;
  private final int mostBytes;
  private PartitionMessage.@Nullable Batch unanswered;

  /**
   * Answers in messages of no more than so many bytes; a reply that is larger has one to itself.
   */
  BatchAnswers(ActorSystem<?> system, int mostBytes) {
    this.system = system;
    this.mostBytes = mostBytes;
  }

  /** This one is to be answered next. */
  void owe(PartitionMessage.Batch batch) {
    unanswered = batch;
  }

  /** Answers it: what it led to is committed. */
  void answer(List<Object> replies) {
    PartitionMessage.Batch batch = unanswered;
    unanswered = null;
    if (batch == null) {
      return;
    }
    if (replies.size() <= 1 || isNear(batch.replyTo())) {
      batch.replyTo().tell(new PartitionMessage.Replies(batch.number(), replies));
    } else {
      answerInParts(batch, replies);
    }
  }

  private static boolean isNear(ActorRef<?> ref) {
    return ref.path().address().hasLocalScope();
  }

  private void answerInParts(PartitionMessage.Batch batch, List<Object> replies) {
    WireItems items = new WireItems(SerializationExtension.get(Adapter.toClassic(system)));
    List<Object> part = new ArrayList<>();
    long bytes = 0;
    long allBytes = 0;
    for (Object reply : replies) {
      Written written = write(reply, items);
      allBytes += written.bytes().length;
      if (allBytes > MOST_PARTS * (long) mostBytes && written.bytes().length > SMALL) {
        allBytes -= written.bytes().length;
        written = items.write(new PartitionMessage.Undecided());
      }
      if (!part.isEmpty() && bytes + written.bytes().length > mostBytes) {
        batch.replyTo().tell(new PartitionMessage.Replies(batch.number(), part));
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(written);
      bytes += written.bytes().length;
    }
    batch.replyTo().tell(new PartitionMessage.Replies(batch.number(), part));
  }

  /** A reply that cannot be written must not take its innocent neighbours with it. */
  private static Written write(Object reply, WireItems items) {
    try {
      return items.write(reply);
    } catch (Exception e) { // serializers throw checked ones that nobody declares
      log.error("A {} cannot be sent to another node", reply.getClass().getName(), e);
      return items.write(new PartitionMessage.Undecided());
    }
  }

  /**
   * Tells that nothing is known of the batch under way. Not at once: the lane asks for the next
   * incarnation, and would not be heard before the shard knows that this one is gone.
   */
  void stopped() {
    PartitionMessage.Batch batch = unanswered;
    if (batch != null) {
      system
          .scheduler()
          .scheduleOnce(
              AFTER_STOP,
              () -> batch.replyTo().tell(new PartitionMessage.Replies(batch.number(), List.of())),
              system.executionContext());
    }
  }
}

package io.longshore.persistence;

import com.typesafe.config.Config;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.AllDeadLetters;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.actor.WrappedMessage;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.apache.pekko.persistence.typed.internal.InternalProtocol;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Where Pekko puts what a full queue has dropped: messages that are {@link Refusable} are refused,
 * all are counted, none is kept. It is the mailbox of an actor that has nothing to do, since only
 * actors can listen: so it works on the thread that dropped the message, and however many come it
 * holds none and logs none.
 *
 * <p>Only what found no room is refused. What was sent to an actor that has stopped may have been
 * for one that had done it already: nobody answers that, and the sender's time-out says
 * indeterminate.
 */
public final class DroppedMail implements MailboxType, ProducesMessageQueue<DroppedMail.Letters> {

  /**
   * The rate at which the queue empties is not known here. A queue holds a few thousand messages at
   * most and an actor handles many thousands a second, so it is no longer full a second later,
   * unless it hangs.
   */
  private static final long RETRY_AFTER_MILLIS = 1_000;

  /** A shard that is handed to another node drops what has gathered for it meanwhile. */
  private static final String MOVED = "moved";

  /** Made by the actor system, as its configuration names it. */
  public DroppedMail(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    return new Letters(system.get());
  }

  /** A queue that is always empty. */
  static final class Letters implements MessageQueue {
    private final ActorSystem system;

    private Letters(ActorSystem system) {
      this.system = system;
    }

    @Override
    public void enqueue(ActorRef receiver, Envelope envelope) {
      Object message = envelope.message();
      String queue = null;
      while (message instanceof WrappedMessage wrapped) {
        if (queue == null && wrapped instanceof AllDeadLetters letter) {
          queue = fullQueue(letter);
        }
        message = wrapped.message();
      }
      if (message instanceof InternalProtocol.IncomingCommand<?> stashed) {
        message = stashed.c();
      }
      if (queue == null) {
        return;
      }
      Door door = Doors.of(Adapter.toTyped(system)).door(Doors.QUEUES);
      if (message instanceof Refusable refusable) {
        if (!queue.equals(MOVED) || !refusable.moved()) {
          door.refused(queue);
          refusable.refuse(RETRY_AFTER_MILLIS);
        }
      } else if (message.getClass().getName().startsWith("io.longshore.")) {
        // Nobody waits for an answer to it: what it would have done is done by time.
        door.refused(queue + "-unanswered");
      }
    }

    /** Which kind of queue had no room; null if that was not what became of the message. */
    private static @Nullable String fullQueue(AllDeadLetters letter) {
      if (letter instanceof Dropped dropped) {
        String reason = dropped.reason();
        if (reason.startsWith("Stash")) {
          return "stash";
        }
        if (reason.contains("handoff")) {
          return MOVED;
        }
        return reason.contains("send queue") ? "send-queue" : "undelivered";
      }
      // A bounded mailbox without room says nothing but this of an actor that still lives. What
      // could not be sent to another node comes as Dropped as well.
      return letter instanceof DeadLetter
              && letter.recipient() instanceof InternalActorRef recipient
              && recipient.path().address().hasLocalScope()
              && !recipient.isTerminated()
          ? "mailbox"
          : null;
    }

    @Override
    public @Nullable Envelope dequeue() {
      return null;
    }

    @Override
    public int numberOfMessages() {
      return 0;
    }

    @Override
    public boolean hasMessages() {
      return false;
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      // There is nothing in it.
    }
  }
}

package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Carry;
import io.longshore.agents.MailboxProtocol.CarryReply;
import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.persistence.Gathering;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * A node's way to the mailboxes of one shard. While a batch is unanswered messages gather here, and
 * leave as the next batch when the answer comes: without a timer, at no delay when idle, and as one
 * message between nodes under load. A batch that is not answered in time is given up, its fate
 * unknown, and the next one leaves. What gathers is bounded by {@link Messages}. Thread-safe.
 */
final class MessageLane {

  /** Messages for one mailbox, what they count, and who hears what it made of them, once. */
  record Posting(Parcel parcel, int weight, Consumer<Taken> answer) {
    void answerUnknown() {
      answer.accept(new Taken(Sent.unknown(parcel.messages().size()), 0, true));
    }
  }

  private sealed interface Said permits Look, Answered, Silence {}

  private record Look() implements Said {}

  private record Answered(CarryReply reply) implements Said {}

  private record Silence(long number) implements Said {}

  private final Gathering<Posting> gathering = new Gathering<>();
  private final AtomicInteger open = new AtomicInteger();
  private final ActorRef<Said> sender;

  /**
   * A lane to {@code relay}.
   *
   * @param start starts the actor that sends
   */
  MessageLane(
      Function<Behavior<?>, ActorRef<?>> start,
      Consumer<Carry> relay,
      MessageSettings.Lane settings) {
    Behavior<Said> behavior =
        Behaviors.setup(context -> new Sender(context, gathering, relay, settings));
    sender = start.apply(behavior).unsafeUpcast();
  }

  /** Whether nothing is on its way: what is told to a mailbox directly then overtakes nothing. */
  boolean isIdle() {
    return open.get() == 0;
  }

  /** Sends messages as soon as may be; the answer comes in any case. */
  void add(Posting posting) {
    open.incrementAndGet();
    Posting counted =
        new Posting(
            posting.parcel,
            posting.weight,
            taken -> {
              open.decrementAndGet();
              posting.answer.accept(taken);
            });
    if (gathering.add(counted)) {
      sender.tell(new Look());
    }
    if (gathering.takeBack(counted)) {
      counted.answerUnknown();
    }
  }

  private static final class Sender extends AbstractBehavior<Said> {
    private final Gathering<Posting> gathering;
    private final Consumer<Carry> relay;
    private final MessageSettings.Lane settings;
    private final ActorRef<CarryReply> replies;
    private final Deque<Posting> waiting = new ArrayDeque<>();
    private List<Posting> sent = List.of();
    private long number;
    private Cancellable silence = Cancellable.alreadyCancelled();

    private Sender(
        ActorContext<Said> context,
        Gathering<Posting> gathering,
        Consumer<Carry> relay,
        MessageSettings.Lane settings) {
      super(context);
      this.gathering = gathering;
      this.relay = relay;
      this.settings = settings;
      this.replies = context.messageAdapter(CarryReply.class, Answered::new);
    }

    @Override
    public Receive<Said> createReceive() {
      return newReceiveBuilder()
          .onMessage(Look.class, look -> onLook())
          .onMessage(Answered.class, answered -> onAnswered(answered.reply))
          .onMessage(Silence.class, this::onSilence)
          .onSignal(PostStop.class, stopped -> onStop())
          .build();
    }

    private Behavior<Said> onLook() {
      gathering.drainTo(waiting);
      return sendNext();
    }

    private Behavior<Said> onAnswered(CarryReply reply) {
      if (reply.number() != number || sent.isEmpty()) {
        return this; // the answer to a batch that was given up
      }
      silence.cancel();
      List<Posting> answered = sent;
      sent = List.of();
      boolean complete = reply.taken().size() == answered.size();
      for (int i = 0; i < answered.size(); i++) {
        if (complete) {
          answered.get(i).answer.accept(reply.taken().get(i));
        } else {
          answered.get(i).answerUnknown();
        }
      }
      // Only now: whoever was answered may have sent the next thing, and leaves with this batch.
      return onLook();
    }

    private Behavior<Said> onSilence(Silence message) {
      if (message.number != number || sent.isEmpty()) {
        return this;
      }
      List<Posting> unanswered = sent;
      sent = List.of();
      unanswered.forEach(Posting::answerUnknown);
      return onLook();
    }

    /** The node stops: nobody may be left waiting. */
    private Behavior<Said> onStop() {
      gathering.close();
      gathering.drainTo(waiting);
      sent.forEach(Posting::answerUnknown);
      waiting.forEach(Posting::answerUnknown);
      return this;
    }

    private Behavior<Said> sendNext() {
      if (!sent.isEmpty() || waiting.isEmpty()) {
        return this;
      }
      List<Posting> batch = new ArrayList<>();
      List<Parcel> parcels = new ArrayList<>();
      int count = 0;
      long bytes = 0;
      while (!waiting.isEmpty()) {
        Posting next = waiting.element();
        count += next.parcel.messages().size();
        bytes += next.weight;
        if (!batch.isEmpty() && (count > settings.maxBatch() || bytes > settings.maxBatchBytes())) {
          break;
        }
        parcels.add(next.parcel);
        batch.add(waiting.remove());
      }
      sent = batch;
      number++;
      silence =
          getContext()
              .scheduleOnce(settings.replyTimeout(), getContext().getSelf(), new Silence(number));
      relay.accept(new Carry(number, parcels, replies));
      return this;
    }
  }
}

package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Carry;
import io.longshore.agents.MailboxProtocol.CarryReply;
import io.longshore.agents.MailboxProtocol.Command;
import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.DeliverReply;
import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Where the batches for one shard arrive: an entity of that very shard, so that it is always on the
 * node of the shard's mailboxes. It hands each parcel to its mailbox, in order, and answers when
 * all mailboxes have, or without those that have not in time. A mailbox that is alive is handed its
 * parcels directly; the shard wakes the others.
 */
final class MessageRelay extends AbstractBehavior<MessageRelay.Said> {
  /** In front of a shard's number: no agent's id may begin so. */
  private static final String MARK = ":";

  private final Map<String, LocalMailbox> local;
  private final BiConsumer<String, Command> mailboxes;
  private final Duration patience;
  private final ActorRef<DeliverReply> replies;
  private final Map<Long, Gathered> underWay = new HashMap<>();
  private long lastNumber;

  /** What the relay of one shard hears. */
  sealed interface Said permits Batch, Answered, Late {}

  private record Batch(Carry carry) implements Said {}

  private record Answered(DeliverReply reply) implements Said {}

  private record Late(Gathered batch) implements Said {}

  /** What is known of one batch's answers; its parcels have consecutive numbers. */
  private static final class Gathered {
    private final Carry carry;
    private final long first;
    private final @Nullable Taken[] taken;
    private int missing;
    private Cancellable late = Cancellable.alreadyCancelled();

    private Gathered(Carry carry, long first) {
      this.carry = carry;
      this.first = first;
      this.taken = new @Nullable Taken[carry.parcels().size()];
      this.missing = taken.length;
    }
  }

  private MessageRelay(
      ActorContext<Said> context,
      Map<String, LocalMailbox> local,
      BiConsumer<String, Command> mailboxes,
      Duration patience) {
    super(context);
    this.local = local;
    this.mailboxes = mailboxes;
    this.patience = patience;
    this.replies = context.messageAdapter(DeliverReply.class, Answered::new);
  }

  /** The entity id of a shard's relay. */
  static String entityId(int shard) {
    return MARK + shard;
  }

  /** The shard of the relay with this entity id; null if it is an agent's. */
  static @Nullable String shardOf(String entityId) {
    return entityId.startsWith(MARK) ? entityId.substring(MARK.length()) : null;
  }

  /**
   * The relay of a shard. Answers come to a child, whose own mailbox is not bounded: there are at
   * most as many as there are parcels under way, and none may be dropped.
   *
   * @param local the mailboxes alive on this node, by agent
   * @param mailboxes tells an agent's mailbox something, and wakes it for that
   * @param patience how long a mailbox's answer is waited for
   */
  static Behavior<Command> create(
      Map<String, LocalMailbox> local, BiConsumer<String, Command> mailboxes, Duration patience) {
    return Behaviors.setup(
        context -> {
          ActorRef<Said> gatherer =
              context.spawn(
                  Behaviors.<Said>setup(own -> new MessageRelay(own, local, mailboxes, patience)),
                  "gatherer");
          // If it ever ends so does this, and begins anew with the next batch.
          context.watch(gatherer);
          return Behaviors.receive(Command.class)
              .onMessage(
                  Carry.class,
                  carry -> {
                    gatherer.tell(new Batch(carry));
                    return Behaviors.same();
                  })
              .build();
        });
  }

  @Override
  public Receive<Said> createReceive() {
    return newReceiveBuilder()
        .onMessage(Batch.class, batch -> onCarry(batch.carry))
        .onMessage(Answered.class, answered -> onAnswered(answered.reply))
        .onMessage(Late.class, late -> answer(late.batch))
        .build();
  }

  private Behavior<Said> onCarry(Carry carry) {
    Gathered batch = new Gathered(carry, lastNumber + 1);
    lastNumber += carry.parcels().size();
    // What follows one on its way through the shard goes that way too, or it might overtake.
    Set<String> woken = new HashSet<>();
    for (int i = 0; i < batch.taken.length; i++) {
      Parcel parcel = carry.parcels().get(i);
      LocalMailbox mailbox = local.get(parcel.agentId());
      if (mailbox != null && !woken.contains(parcel.agentId())) {
        batch.taken[i] = mailbox.messages().put(parcel.messages(), parcel.ifRead());
        batch.missing--;
      } else {
        woken.add(parcel.agentId());
        underWay.put(batch.first + i, batch);
        mailboxes.accept(
            parcel.agentId(),
            new Deliver(batch.first + i, parcel.messages(), parcel.ifRead(), replies));
      }
    }
    if (batch.missing == 0) {
      return answer(batch);
    }
    batch.late = getContext().scheduleOnce(patience, getContext().getSelf(), new Late(batch));
    return this;
  }

  private Behavior<Said> onAnswered(DeliverReply reply) {
    Gathered batch = underWay.remove(reply.number());
    if (batch == null) {
      return this; // too late
    }
    batch.taken[(int) (reply.number() - batch.first)] = reply.taken();
    batch.missing--;
    return batch.missing == 0 ? answer(batch) : this;
  }

  private Behavior<Said> answer(Gathered batch) {
    if (batch.missing < 0) {
      return this; // answered before
    }
    batch.missing = -1;
    batch.late.cancel();
    List<Taken> all = new ArrayList<>(batch.taken.length);
    for (int i = 0; i < batch.taken.length; i++) {
      Taken taken = batch.taken[i];
      if (taken == null) {
        underWay.remove(batch.first + i);
        int count = batch.carry.parcels().get(i).messages().size();
        taken = new Taken(Sent.unknown(count), 0, true);
      }
      all.add(taken);
    }
    batch.carry.replyTo().tell(new CarryReply(batch.carry.number(), all));
    return this;
  }
}

package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Acquire;
import io.longshore.agents.MailboxProtocol.Assign;
import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.Ended;
import io.longshore.agents.MailboxProtocol.Enlist;
import io.longshore.agents.MailboxProtocol.Extended;
import io.longshore.agents.MailboxProtocol.GetStatus;
import io.longshore.agents.MailboxProtocol.HangUp;
import io.longshore.agents.MailboxProtocol.Heartbeat;
import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MailboxProtocol.Leave;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Look;
import io.longshore.agents.MailboxProtocol.NodeGone;
import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.RegistryAnswered;
import io.longshore.agents.MailboxProtocol.Removed;
import io.longshore.agents.MailboxProtocol.StartAnswered;
import io.longshore.agents.MailboxProtocol.TakeBack;
import io.longshore.agents.MailboxProtocol.Tick;
import io.longshore.agents.MailboxProtocol.WebhookAnswered;
import io.longshore.registry.AgentRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One agent's mailbox: what arrives goes to its two sides, tasks and messages, and what follows is
 * done at once.
 */
final class AgentMailbox extends AbstractBehavior<Letter> {

  /**
   * What all mailboxes of a node share.
   *
   * @param gone asks the registry itself whether it has no such agent; false if it does not answer
   * @param local those that are alive, by agent
   * @param url where the node's API is, if it has one and says so
   */
  record Environment(
      MailboxSettings settings,
      Clock clock,
      WorkSource source,
      Function<String, Optional<AgentRecord>> directory,
      Function<String, CompletionStage<Boolean>> gone,
      NodeWork node,
      Map<String, LocalMailbox> local,
      MailboxCounters counters,
      LongSupplier incarnations,
      Supplier<@Nullable String> url) {}

  private final String agentId;
  private final Environment environment;
  private final TimerScheduler<Letter> timers;
  private final Consumer<ActorRef<Letter>> passivate;
  private final AgentTasks tasks;
  private final MailboxState state;
  private final AgentMessages messages;
  private final LocalMailbox local;
  private final Passivation passivation;
  private final Vanished vanished = new Vanished();
  private long tickAt;

  /**
   * A new life of the mailbox.
   *
   * @param passivate called when it is idle, to have it stopped
   */
  static Behavior<Letter> create(
      String agentId, Environment environment, Consumer<ActorRef<Letter>> passivate) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new AgentMailbox(context, timers, agentId, environment, passivate)));
  }

  private AgentMailbox(
      ActorContext<Letter> context,
      TimerScheduler<Letter> timers,
      String agentId,
      Environment environment,
      Consumer<ActorRef<Letter>> passivate) {
    super(context);
    this.agentId = agentId;
    this.environment = environment;
    this.timers = timers;
    this.passivate = passivate;
    long incarnation = environment.incarnations.getAsLong();
    this.tasks = new AgentTasks(agentId, incarnation, environment, context);
    this.state = tasks.state();
    ActorRef<Letter> self = context.getSelf();
    this.messages =
        new AgentMessages(
            incarnation,
            environment.settings,
            environment.counters,
            environment.clock,
            () -> self.tell(new Look()));
    this.local = new LocalMailbox(self, messages);
    this.passivation = new Passivation(environment.settings.reportInterval().toMillis());
    environment.counters.countLive(1);
    appear();
    settle(now());
  }

  /** From now on whoever looks for the mailboxes of this node finds it. */
  private void appear() {
    messages.open();
    environment.local.put(agentId, local);
    if (environment.node.held.leaving()) {
      state.leave();
    }
  }

  @Override
  public org.apache.pekko.actor.typed.javadsl.Receive<Letter> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> settleMessages(now()))
        .onMessage(Deliver.class, this::onDeliver)
        .onMessage(Receive.class, this::onReceive)
        .onMessage(Assign.class, told(this::onAssign))
        .onMessage(TakeBack.class, told((m, now) -> state.takeBack(m.route(), m.taskIds())))
        .onMessage(Enlist.class, told(this::onEnlist))
        .onMessage(Ended.class, told((m, now) -> state.ended(m.leases(), now)))
        .onMessage(Extended.class, told((m, now) -> state.extended(m.leases(), now)))
        .onMessage(Acquire.class, told(this::onAcquire))
        .onMessage(HangUp.class, told(this::onHangUp))
        .onMessage(Heartbeat.class, told(this::onHeartbeat))
        .onMessage(GetStatus.class, this::onGetStatus)
        .onMessage(Removed.class, told(this::onRemoved))
        .onMessage(RegistryAnswered.class, told(this::onRegistryAnswered))
        .onMessage(StartAnswered.class, told(this::onStartAnswered))
        .onMessage(WebhookAnswered.class, told((m, now) -> tasks.webhookAnswered(m.healthy(), now)))
        .onMessage(Leave.class, told((m, now) -> state.leave()))
        .onMessage(NodeGone.class, told(this::onNodeGone))
        .onMessage(Tick.class, told((m, now) -> tickAt = 0))
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  /** Does what a message says, and then what follows. */
  private <M extends Letter> org.apache.pekko.japi.function.Function<M, Behavior<Letter>> told(
      Told<M> handler) {
    return message -> {
      long now = now();
      handler.accept(message, now);
      return settle(now);
    };
  }

  /** What one message says, at this time. */
  private interface Told<M> {
    void accept(M message, long now);
  }

  private Behavior<Letter> onDeliver(Deliver deliver) {
    messages.deliver(deliver);
    return settleMessages(now());
  }

  private Behavior<Letter> onReceive(Receive receive) {
    long now = now();
    boolean concernsTasks = state.heardReader(receive.agent(), now);
    messages.receive(receive);
    return concernsTasks ? settle(now) : settleMessages(now);
  }

  private void onAssign(Assign assign, long now) {
    state.know(assign.agent());
    state.assign(assign.refs(), now);
  }

  private void onEnlist(Enlist enlist, long now) {
    state.know(enlist.agent());
    state.enlist(enlist.route());
  }

  private void onAcquire(Acquire acquire, long now) {
    state.know(acquire.agent());
    state.heard(now);
    tasks.acquire(acquire, now);
  }

  private void onHangUp(HangUp hangUp, long now) {
    tasks.hangUp(hangUp.call());
    messages.hangUp(hangUp.call());
  }

  private void onNodeGone(NodeGone gone, long now) {
    tasks.nodeGone(gone.address());
    messages.nodeGone(gone.address());
  }

  private void onHeartbeat(Heartbeat heartbeat, long now) {
    state.know(heartbeat.agent());
    state.heard(now);
    heartbeat.replyTo().tell(new HeartbeatReply(state.isClosing()));
  }

  private Behavior<Letter> onGetStatus(GetStatus getStatus) {
    long now = now();
    state.know(getStatus.agent());
    settle(now);
    getStatus.replyTo().tell(state.status(agentId, messages.status(), now));
    return this;
  }

  private void onRemoved(Removed removed, long now) {
    state.remove();
    messages.end();
  }

  private void onRegistryAnswered(RegistryAnswered answered, long now) {
    AgentRecord known = state.agent();
    // Meanwhile it may have registered again.
    if (answered.gone() && known != null && known.registeredAt() == answered.registeredAt()) {
      onRemoved(new Removed(agentId), now);
    }
  }

  /** That the agent was removed may not have arrived: then the directory lacks it. */
  private void followDirectory(long now) {
    Optional<AgentRecord> found = environment.directory.apply(agentId);
    found.ifPresent(state::know);
    AgentRecord known = state.agent();
    if (vanished.isToAsk(known != null && found.isEmpty(), now) && known != null) {
      getContext()
          .pipeToSelf(
              environment.gone.apply(agentId),
              (gone, error) ->
                  new RegistryAnswered(known.registeredAt(), Boolean.TRUE.equals(gone)));
    }
  }

  private void onStartAnswered(StartAnswered answered, long now) {
    state.startAnswered(answered.ref(), answered.acquirer(), answered.answer(), now);
  }

  private Behavior<Letter> onPostStop(PostStop stopped) {
    long now = now();
    environment.local.remove(agentId, local);
    environment.counters.countLive(-1);
    messages.close();
    tasks.end(now);
    messages.end();
    return this;
  }

  /** What follows when messages came: of tasks, nothing that is not due. */
  private Behavior<Letter> settleMessages(long now) {
    if (tickAt <= now) {
      return settle(now);
    }
    messages.settle();
    tickBy(messages.nextDue(), now);
    return this;
  }

  /**
   * What follows every other message. What is due by time is done with any of them: the tick only
   * stands in where none comes, and may be dropped by a full mailbox.
   */
  private Behavior<Letter> settle(long now) {
    boolean due = tickAt <= now;
    if (due && passivation.isOver(now)) {
      appear();
    }
    if (due) {
      followDirectory(now);
    }
    if (messages.isAwaited()) {
      state.heard(now);
    }
    tasks.settle(now);
    messages.settle();
    boolean idle = state.isIdle(now) && messages.isIdle();
    if (due && idle && passivation.mayBegin(now) && messages.closeIfIdle()) {
      askToBeStopped(now);
    }
    if (due) {
      tickAt = Long.MAX_VALUE;
    }
    long next = Math.min(state.nextDue(now), messages.nextDue());
    tickBy(Math.min(next, passivation.nextDue(idle, now)), now);
    return this;
  }

  /** No sender of this node finds it any more: their messages wait for its next life. */
  private void askToBeStopped(long now) {
    passivation.begin(now);
    environment.local.remove(agentId, local);
    passivate.accept(getContext().getSelf());
  }

  private void tickBy(long next, long now) {
    if (next < tickAt) {
      tickAt = next;
      timers.startSingleTimer(new Tick(), Duration.ofMillis(Math.max(1, next - now)));
    }
  }

  private long now() {
    return environment.clock.millis();
  }
}

package io.longshore.agents;

import io.longshore.agents.Acquirers.Acquired;
import io.longshore.agents.MailboxProtocol.Acquire;
import io.longshore.agents.MailboxProtocol.Assign;
import io.longshore.agents.MailboxProtocol.Ended;
import io.longshore.agents.MailboxProtocol.Enlist;
import io.longshore.agents.MailboxProtocol.Extended;
import io.longshore.agents.MailboxProtocol.GetStatus;
import io.longshore.agents.MailboxProtocol.HangUp;
import io.longshore.agents.MailboxProtocol.Heartbeat;
import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.Leave;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Removed;
import io.longshore.agents.MailboxProtocol.StartAnswered;
import io.longshore.agents.MailboxProtocol.TakeBack;
import io.longshore.agents.MailboxProtocol.Tick;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.MailboxProtocol.WebhookAnswered;
import io.longshore.agents.MailboxState.Effects;
import io.longshore.agents.MailboxState.Start;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One agent's mailbox: tells its state what arrives and does what follows. If the agent's work is
 * done from inside the node, it has its worker as well.
 */
final class AgentMailbox extends AbstractBehavior<Letter> {

  /** What all mailboxes of a node share. */
  record Environment(
      MailboxSettings settings,
      Clock clock,
      WorkSource source,
      Function<String, Optional<AgentRecord>> directory,
      NodeWork node,
      Set<ActorRef<Letter>> local,
      LongSupplier incarnations) {}

  private final String agentId;
  private final Environment environment;
  private final TimerScheduler<Letter> timers;
  private final Consumer<ActorRef<Letter>> passivate;
  private final MailboxState state;
  private final InNodeWorker worker;
  private final Map<Long, Waiting> acquirers = new HashMap<>();
  private long lastAcquirer;
  private long tickAt;

  /** Who is told what an acquire has brought; {@code call} is 0 inside the node. */
  private record Waiting(long call, Consumer<List<Lease>> reply) {}

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
    ActorRef<Letter> self = context.getSelf();
    this.worker =
        new InNodeWorker(
            agentId,
            environment.node,
            (max, deadline, reply) -> acquire(max, deadline, 0, new Waiting(0, reply)),
            () -> self.tell(new Tick()),
            healthy -> self.tell(new WebhookAnswered(healthy)));
    this.state =
        new MailboxState(
            agentId,
            environment.incarnations.getAsLong(),
            environment.settings,
            worker,
            environment.clock.millis());
    environment.local.add(self);
    if (environment.node.held.leaving()) {
      state.leave();
    }
    settle(now());
  }

  @Override
  public Receive<Letter> createReceive() {
    return newReceiveBuilder()
        .onMessage(Assign.class, this::onAssign)
        .onMessage(TakeBack.class, this::onTakeBack)
        .onMessage(Enlist.class, this::onEnlist)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Extended.class, this::onExtended)
        .onMessage(Acquire.class, this::onAcquire)
        .onMessage(HangUp.class, this::onHangUp)
        .onMessage(Heartbeat.class, this::onHeartbeat)
        .onMessage(GetStatus.class, this::onGetStatus)
        .onMessage(Removed.class, this::onRemoved)
        .onMessage(StartAnswered.class, this::onStartAnswered)
        .onMessage(WebhookAnswered.class, this::onWebhookAnswered)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(Tick.class, this::onTick)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private Behavior<Letter> onAssign(Assign assign) {
    state.know(assign.agent());
    long now = now();
    state.assign(assign.refs(), now);
    return settle(now);
  }

  private Behavior<Letter> onTakeBack(TakeBack takeBack) {
    state.takeBack(takeBack.route(), takeBack.taskIds());
    return settle(now());
  }

  private Behavior<Letter> onEnlist(Enlist enlist) {
    state.know(enlist.agent());
    state.enlist(enlist.route());
    return settle(now());
  }

  private Behavior<Letter> onEnded(Ended ended) {
    long now = now();
    state.ended(ended.leases(), now);
    return settle(now);
  }

  private Behavior<Letter> onExtended(Extended extended) {
    long now = now();
    state.extended(extended.leases(), now);
    return settle(now);
  }

  private Behavior<Letter> onAcquire(Acquire acquire) {
    long now = now();
    long deadline = now + acquire.waitMillis();
    state.know(acquire.agent());
    state.heard(now);
    Consumer<List<Lease>> reply = leases -> acquire.replyTo().tell(new Leases(leases));
    Waiting waiting = new Waiting(acquire.call(), reply);
    if (!acquire(acquire.max(), deadline, acquire.leaseMillis(), waiting)) {
      acquire.replyTo().tell(new TooManyWaiting(environment.settings.maxWaiting()));
    }
    return settle(now);
  }

  private Behavior<Letter> onHangUp(HangUp hangUp) {
    acquirers.forEach(
        (number, waiting) -> {
          if (waiting.call == hangUp.call()) {
            state.hangUp(number);
          }
        });
    return settle(now());
  }

  private Behavior<Letter> onHeartbeat(Heartbeat heartbeat) {
    long now = now();
    state.know(heartbeat.agent());
    state.heard(now);
    heartbeat.replyTo().tell(new HeartbeatReply(state.isClosing()));
    return settle(now);
  }

  private Behavior<Letter> onGetStatus(GetStatus getStatus) {
    long now = now();
    state.know(getStatus.agent());
    settle(now);
    getStatus.replyTo().tell(state.status(agentId, now));
    return this;
  }

  private Behavior<Letter> onRemoved(Removed removed) {
    state.remove();
    return settle(now());
  }

  private Behavior<Letter> onStartAnswered(StartAnswered answered) {
    long now = now();
    state.startAnswered(answered.ref(), answered.acquirer(), answered.answer(), now);
    return settle(now);
  }

  private Behavior<Letter> onWebhookAnswered(WebhookAnswered answered) {
    long now = now();
    AgentRecord agent = state.agent();
    if (agent != null) {
      worker.answered(agent, answered.healthy(), now);
    }
    return settle(now);
  }

  private Behavior<Letter> onLeave(Leave leave) {
    state.leave();
    return settle(now());
  }

  private Behavior<Letter> onTick(Tick tick) {
    tickAt = 0;
    return settle(now());
  }

  private Behavior<Letter> onPostStop(PostStop stopped) {
    environment.local.remove(getContext().getSelf());
    state.remove();
    perform(state.settle(now()));
    return this;
  }

  /**
   * What follows every message. What is due by time is done with any of them: the tick only stands
   * in where none comes, and may be dropped by a full mailbox.
   */
  private Behavior<Letter> settle(long now) {
    boolean due = tickAt <= now;
    if (due) {
      environment.directory.apply(agentId).ifPresent(state::know);
    }
    worker.feed(state, now);
    perform(state.settle(now));
    if (due && state.isIdle(now)) {
      passivate.accept(getContext().getSelf());
    }
    long next = state.nextDue(now);
    if (due || next < tickAt) {
      tickAt = next;
      timers.startSingleTimer(new Tick(), Duration.ofMillis(next - now));
    }
    return this;
  }

  private void perform(Effects effects) {
    for (Start start : effects.starts()) {
      start(start);
    }
    for (Acquired acquired : effects.acquired()) {
      Waiting waiting = acquirers.remove(acquired.number());
      if (waiting != null) {
        waiting.reply.accept(acquired.leases());
      }
    }
    effects.reports().forEach(due -> environment.source.report(due.route(), due.report()));
  }

  private void start(Start start) {
    getContext()
        .pipeToSelf(
            environment.source.start(start.ref(), agentId, start.leaseMillis()),
            (answer, error) ->
                new StartAnswered(
                    start.ref(),
                    start.acquirer(),
                    answer != null ? answer : new Answer.Indeterminate<>(Duration.ZERO)));
  }

  private boolean acquire(int max, long deadline, long leaseMillis, Waiting waiting) {
    long number = ++lastAcquirer;
    boolean waits = state.acquire(number, max, deadline, leaseMillis, now());
    if (waits) {
      acquirers.put(number, waiting);
    }
    return waits;
  }

  private long now() {
    return environment.clock.millis();
  }
}

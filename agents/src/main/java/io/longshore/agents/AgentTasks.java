package io.longshore.agents;

import io.longshore.agents.Acquirers.Acquired;
import io.longshore.agents.HandOuts.Start;
import io.longshore.agents.Holdings.Doubted;
import io.longshore.agents.MailboxProtocol.Acquire;
import io.longshore.agents.MailboxProtocol.Ended;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.StartAnswered;
import io.longshore.agents.MailboxProtocol.Tick;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.MailboxProtocol.WebhookAnswered;
import io.longshore.agents.MailboxState.Effects;
import io.longshore.agents.Reports.Addressed;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The side of a mailbox's actor that is about tasks: what its state decides, who waits for leases,
 * and the agent's worker if its work is done from inside the node.
 */
final class AgentTasks {
  private final String agentId;
  private final AgentMailbox.Environment environment;
  private final ActorContext<Letter> context;
  private final InNodeWorker worker;
  private final MailboxState state;
  private final Map<Long, Waiting> acquirers = new HashMap<>();
  private long lastAcquirer;

  /**
   * Who is told what an acquire has brought; {@code call} is 0 inside the node, and {@code from} is
   * the node that the worker has called, without a host if it is this one.
   */
  private record Waiting(long call, Address from, Consumer<List<Lease>> reply) {}

  /** Without tasks. */
  AgentTasks(
      String agentId,
      long incarnation,
      AgentMailbox.Environment environment,
      ActorContext<Letter> context) {
    this.agentId = agentId;
    this.environment = environment;
    this.context = context;
    ActorRef<Letter> self = context.getSelf();
    this.worker =
        new InNodeWorker(
            agentId,
            environment.node(),
            (max, deadline, reply) ->
                acquire(max, deadline, 0, new Waiting(0, self.path().address(), reply)),
            () -> self.tell(new Tick()),
            healthy -> self.tell(new WebhookAnswered(healthy)));
    this.state = new MailboxState(agentId, incarnation, environment.settings(), worker, now());
  }

  /** What it knows; who tells it something has to {@link #settle}. */
  MailboxState state() {
    return state;
  }

  void acquire(Acquire acquire, long now) {
    Consumer<List<Lease>> reply =
        leases -> acquire.replyTo().tell(new Leases(leases, environment.url().get()));
    long deadline = now + acquire.waitMillis();
    Address from = acquire.replyTo().path().address();
    Waiting waiting = new Waiting(acquire.call(), from, reply);
    if (!acquire(acquire.max(), deadline, acquire.leaseMillis(), waiting)) {
      acquire.replyTo().tell(new TooManyWaiting(environment.settings().maxWaiting()));
    }
  }

  private boolean acquire(int max, long deadline, long leaseMillis, Waiting waiting) {
    long number = ++lastAcquirer;
    boolean waits = state.acquire(number, max, deadline, leaseMillis, now());
    if (waits) {
      acquirers.put(number, waiting);
    }
    return waits;
  }

  void hangUp(long call) {
    hangUp(waiting -> waiting.call == call);
  }

  /** Whoever has called this node is given nothing more. */
  void nodeGone(Address address) {
    hangUp(waiting -> waiting.from.equals(address));
  }

  private void hangUp(Predicate<Waiting> who) {
    acquirers.forEach(
        (number, waiting) -> {
          if (who.test(waiting)) {
            state.hangUp(number);
          }
        });
  }

  void webhookAnswered(boolean healthy, long now) {
    AgentRecord agent = state.agent();
    if (agent != null) {
      worker.answered(agent, healthy, now);
    }
  }

  /** Does all that follows from what the state was told and from the time that has passed. */
  void settle(long now) {
    worker.feed(state, now);
    perform(state.settle(now));
  }

  /**
   * The mailbox stops: what has not started is given back, and whoever waits is answered. A worker
   * inside the node would keep its permits for the node's life otherwise.
   */
  void end(long now) {
    perform(state.end(now));
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
    // Kept until the ledger has heard of it, as a worker of this node keeps its own.
    effects.late().forEach(lease -> environment.node().held.take(lease).release());
    effects.doubted().forEach(this::ask);
    effects.reports().forEach(this::tell);
  }

  private void tell(Addressed due) {
    environment.source().report(due.route(), due.report(), due.urgency());
  }

  /** If the lease is over, the mailbox is told so now. */
  private void ask(Doubted lease) {
    context.pipeToSelf(
        environment.source().isHeld(lease.taskId(), agentId),
        (answer, error) ->
            new Ended(
                answer instanceof Answer.Replied<Boolean> replied && !replied.reply()
                    ? List.of(new EndedLease(lease.taskId(), lease.leaseToken(), false))
                    : List.of()));
  }

  private void start(Start start) {
    context.pipeToSelf(
        environment.source().start(start.ref(), agentId, start.leaseMillis()),
        (answer, error) ->
            new StartAnswered(
                start.ref(),
                start.acquirer(),
                answer != null ? answer : new Answer.Indeterminate<>(Duration.ZERO)));
  }

  private long now() {
    return environment.clock().millis();
  }
}

package io.longshore.gateway;

import io.longshore.agents.Lease;
import io.longshore.agents.MailboxProtocol.AcquireReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.Mailboxes;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import io.longshore.registry.AgentRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The tasks on an agent's connection: they are leased as its credit allows and as fast as it reads.
 * What was leased and has not left when the connection closes goes to others at once.
 */
final class SocketTasks {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final Clock clock;
  private final Tasks tasks;
  private final Mailboxes mailboxes;
  private final Duration lease;
  private final Supplier<CompletionStage<Optional<AgentRecord>>> agent;
  private final Credit credit;
  private final Map<String, Lease> unsent = new HashMap<>();
  private volatile long call;
  private volatile String agentId = "";
  private boolean closed;

  /**
   * No tasks yet.
   *
   * @param lease how long leases last; zero for what each task asks
   * @param agent the agent as it is registered; empty if that is not known, or it is not any more
   */
  SocketTasks(
      AgentSockets.Environment environment,
      Duration lease,
      Supplier<CompletionStage<Optional<AgentRecord>>> agent) {
    this.system = environment.system();
    this.settings = environment.settings();
    this.clock = environment.clock();
    this.tasks = environment.tasks();
    this.mailboxes = tasks.mailboxes();
    this.lease = lease;
    this.agent = agent;
    this.credit = new Credit(settings.limits().leases());
  }

  /** How many more may come. */
  Credit credit() {
    return credit;
  }

  /** The tasks, as they come. */
  Source<SocketFrame, NotUsed> frames() {
    return Source.unfoldAsync(
            this, self -> next().thenApply(frames -> Optional.of(Pair.create(self, frames))))
        .mapConcat(frames -> frames);
  }

  private CompletionStage<List<SocketFrame>> next() {
    return credit
        .some()
        .thenCompose(
            amount ->
                agent
                    .get()
                    .thenCompose(
                        found ->
                            found.isPresent()
                                ? acquire(found.get(), amount)
                                : after(PAUSE, List.of())));
  }

  private CompletionStage<List<SocketFrame>> acquire(AgentRecord record, int amount) {
    long number = ThreadLocalRandom.current().nextLong();
    long asked = clock.millis();
    agentId = record.agentId();
    call = number;
    CompletionStage<Answer<AcquireReply>> answer =
        mailboxes.acquire(record, amount, settings.streamKeepAlive(), lease, number);
    if (isClosed()) {
      mailboxes.hangUp(agentId, number);
    }
    return answer.thenCompose(reply -> acquired(reply, clock.millis() - asked));
  }

  private CompletionStage<List<SocketFrame>> acquired(
      Answer<AcquireReply> answer, long waitedMillis) {
    if (!(answer instanceof Replied<AcquireReply> replied)) {
      return after(MessageEvents.retryAfter(answer), List.of());
    }
    if (replied.reply() instanceof Leases granted) {
      List<Lease> leases = granted.leases();
      if (leases.isEmpty()) {
        // A draining agent is answered at once: then not in a circle.
        boolean atOnce = waitedMillis < settings.streamKeepAlive().toMillis() / 2;
        return after(atOnce ? PAUSE : Duration.ZERO, List.of());
      }
      credit.use(leases.size());
      keepOrRelease(leases);
      return CompletableFuture.completedStage(leases.stream().map(SocketFrame::task).toList());
    }
    Problem problem =
        replied.reply() instanceof TooManyWaiting tooMany
            ? Problems.tooManyWaiting(tooMany.limit(), settings.maxWait())
            : Problem.of(ProblemType.OVERLOADED, "The mailbox has too much to do.");
    return after(PAUSE, List.of(SocketFrame.problem(null, problem)));
  }

  private CompletionStage<List<SocketFrame>> after(Duration pause, List<SocketFrame> frames) {
    return pause.isZero()
        ? CompletableFuture.completedStage(frames)
        : Patterns.after(pause, system, () -> CompletableFuture.completedStage(frames));
  }

  private void keepOrRelease(List<Lease> leases) {
    boolean late;
    synchronized (unsent) {
      late = closed;
      if (!late) {
        leases.forEach(one -> unsent.put(one.taskId(), one));
      }
    }
    if (late) {
      leases.forEach(this::release);
    }
  }

  /** This one is on its way to the agent. */
  void sent(Lease one) {
    synchronized (unsent) {
      unsent.remove(one.taskId());
    }
  }

  private boolean isClosed() {
    synchronized (unsent) {
      return closed;
    }
  }

  /** The connection is closed: nothing more is leased, and what has not left goes to others. */
  void close() {
    List<Lease> left;
    synchronized (unsent) {
      closed = true;
      left = List.copyOf(unsent.values());
      unsent.clear();
    }
    if (!agentId.isEmpty()) {
      mailboxes.hangUp(agentId, call);
    }
    left.forEach(this::release);
  }

  private void release(Lease one) {
    tasks.release(one.taskId(), one.leaseToken());
  }
}

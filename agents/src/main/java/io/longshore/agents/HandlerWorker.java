package io.longshore.agents;

import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an agent's handler on its leases and tells the ledger what came of them. */
final class HandlerWorker {
  private static final Logger log = LoggerFactory.getLogger(HandlerWorker.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Handlers handlers;
  private final WorkSource source;
  private final Executor threads;
  private final Timer timer;
  private final Clock clock;
  private final AtomicInteger busy = new AtomicInteger();
  private final Set<String> missing = new HashSet<>();

  /** Runs something later. */
  interface Timer {
    void after(Duration delay, Runnable task);
  }

  /** A worker with nothing to do; {@code threads} may be shared with others. */
  HandlerWorker(Handlers handlers, WorkSource source, Executor threads, Timer timer, Clock clock) {
    this.handlers = handlers;
    this.source = source;
    this.threads = threads;
    this.timer = timer;
    this.clock = clock;
  }

  /** The handler that the agent names; null if it names none, or one that the node has not. */
  @Nullable TaskHandler handlerOf(AgentRecord agent) {
    String name = agent.spec().delivery().handler();
    if (name == null) {
      return null;
    }
    Optional<TaskHandler> handler = handlers.find(name);
    if (handler.isEmpty() && missing.add(name)) {
      log.warn(
          "Agent {} is offline: this node has no handler {}, only {}. Put the handler's jar on the"
              + " class path of every node, or register the agent with another handler.",
          agent.agentId(),
          name,
          handlers.names());
    }
    return handler.orElse(null);
  }

  /** How many tasks it was given and has not got through; one whose lease ran out still counts. */
  int busy() {
    return busy.get();
  }

  /** Does these tasks, each on a thread of its own as soon as there is one. */
  void run(TaskHandler handler, List<Lease> leases) {
    for (Lease lease : leases) {
      busy.incrementAndGet();
      threads.execute(() -> work(handler, lease));
    }
  }

  private void work(TaskHandler handler, Lease lease) {
    byte @Nullable [] output = null;
    byte @Nullable [] prompt = null;
    String failure = "returned nothing";
    try {
      output = handler.handle(lease);
    } catch (InputRequiredException e) {
      prompt = e.prompt();
    } catch (Exception | LinkageError | StackOverflowError e) {
      failure = "threw " + e.getClass().getName();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    } finally {
      busy.decrementAndGet();
    }
    if (output != null) {
      complete(lease, output);
    } else if (prompt != null) {
      requireInput(lease, prompt);
    } else {
      fail(lease, "handler %s %s".formatted(handler.name(), failure));
    }
  }

  private void complete(Lease lease, byte[] output) {
    untilAnswered(lease, () -> source.complete(lease.taskId(), lease.leaseToken(), output));
  }

  private void requireInput(Lease lease, byte[] prompt) {
    untilAnswered(lease, () -> source.requireInput(lease.taskId(), lease.leaseToken(), prompt));
  }

  private void fail(Lease lease, String message) {
    log.info("Task {}, attempt {}: {}", lease.taskId(), lease.attempt(), message);
    untilAnswered(
        lease, () -> source.fail(lease.taskId(), lease.leaseToken(), "agent-error", message, true));
  }

  /** Repeats a call that changes nothing when repeated, for as long as the lease lasts. */
  private void untilAnswered(Lease lease, Supplier<CompletionStage<Answer<Boolean>>> call) {
    call.get()
        .whenComplete(
            (answer, error) -> {
              if (answer instanceof Answer.Replied<Boolean> replied) {
                logIfLost(lease, replied.reply());
              } else if (clock.millis() < lease.expiresAt()) {
                timer.after(retryAfter(answer), () -> untilAnswered(lease, call));
              }
            });
  }

  private static void logIfLost(Lease lease, boolean held) {
    if (!held) {
      log.info("Task {}: the lease was lost before the handler ended", lease.taskId());
    }
  }

  private static Duration retryAfter(@Nullable Answer<Boolean> answer) {
    return answer == null ? RETRY : answer.retryAfter();
  }
}

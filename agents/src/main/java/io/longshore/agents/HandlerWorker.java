package io.longshore.agents;

import io.longshore.agents.HeldLeases.Timer;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an agent's handler on its leases and tells the ledger what came of them. */
final class HandlerWorker {
  private static final Logger log = LoggerFactory.getLogger(HandlerWorker.class);

  private final Handlers handlers;
  private final HeldLeases held;
  private final Executor threads;
  private final Timer timer;
  private final Duration timeout;
  private final Runnable freed;
  private final AtomicInteger busy = new AtomicInteger();
  private final Set<String> missing = new HashSet<>();

  /**
   * A worker with nothing to do.
   *
   * @param threads may be shared with others
   * @param timeout how long a task may run
   * @param freed told when a handler has returned whose task had ended before
   */
  HandlerWorker(
      Handlers handlers,
      HeldLeases held,
      Executor threads,
      Timer timer,
      Duration timeout,
      Runnable freed) {
    this.handlers = handlers;
    this.held = held;
    this.threads = threads;
    this.timer = timer;
    this.timeout = timeout;
    this.freed = freed;
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

  /** How many tasks it was given whose handlers have not returned, even if their lease is over. */
  int busy() {
    return busy.get();
  }

  /** Does these tasks, each on a thread of its own as soon as there is one. */
  void run(TaskHandler handler, List<Lease> leases) {
    for (Lease lease : leases) {
      HeldLease task = held.take(lease);
      if (held.leaving()) {
        task.release();
        continue;
      }
      busy.incrementAndGet();
      try {
        threads.execute(() -> work(handler, task));
      } catch (RejectedExecutionException stopping) {
        busy.decrementAndGet();
        task.release();
      }
    }
  }

  private void work(TaskHandler handler, HeldLease task) {
    if (task.canceled()) {
      busy.decrementAndGet();
      task.release();
      return;
    }
    Interruption interruption = new Interruption(Thread.currentThread());
    task.onStop(interruption::interrupt);
    Runnable inTime = timer.after(timeout, () -> late(handler, task));
    Runnable end;
    try {
      end = endOf(handler, task);
    } catch (Error e) {
      task.fail(agentError(handler, "threw " + e.getClass().getName()));
      throw e;
    } finally {
      interruption.over();
      inTime.run();
      busy.decrementAndGet();
    }
    if (task.isEnded()) {
      freed.run();
    } else {
      end.run();
    }
  }

  /** Has the handler do the task; what is returned tells the ledger what came of it. */
  private static Runnable endOf(TaskHandler handler, HeldLease task) {
    try {
      byte[] output = handler.handle(task.lease(), task);
      return output == null
          ? () -> task.fail(agentError(handler, "returned nothing"))
          : () -> task.complete(output);
    } catch (InputRequiredException e) {
      return () -> task.requireInput(e.prompt());
    } catch (TaskFailedException e) {
      return () -> task.fail(e.failure());
    } catch (Exception | LinkageError | StackOverflowError e) {
      return () -> task.fail(agentError(handler, "threw " + e.getClass().getName()));
    }
  }

  private static TaskFailure agentError(TaskHandler handler, String what) {
    return TaskFailure.retryable(
        TaskFailure.AGENT_ERROR, "handler %s %s".formatted(handler.name(), what));
  }

  private void late(TaskHandler handler, HeldLease task) {
    task.fail(
        TaskFailure.retryable(
            "handler-timeout",
            "handler %s took longer than %d s".formatted(handler.name(), timeout.toSeconds())));
    task.stop();
  }

  /** Interrupts a thread while it does one task and never after. */
  private static final class Interruption {
    private @Nullable Thread thread;

    Interruption(Thread thread) {
      this.thread = thread;
    }

    synchronized void interrupt() {
      if (thread != null) {
        thread.interrupt();
      }
    }

    /** On the thread itself: the next task begins uninterrupted. */
    @SuppressWarnings("unused") // whether it was interrupted says nothing any more
    synchronized void over() {
      thread = null;
      boolean forgotten = Thread.interrupted();
    }
  }
}

package io.longshore.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Takes tasks as fast as it has hands for, and has a runner do them. */
final class AgentWorker {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final Duration STEP = Duration.ofMillis(20);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private final AgentApi api;
  private final AgentLog log;
  private final Terminal terminal;
  private final Settings settings;
  private final Semaphore slots;
  private final Settler settler;
  private final LeaseKeeper leases;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;

  /**
   * How it works.
   *
   * @param spec how the agent registers
   * @param concurrency tasks at once
   * @param lease how long a lease lasts; extended at a third of it
   * @param grace how long running tasks may take to end once the agent stops
   */
  record Settings(ObjectNode spec, int concurrency, Duration lease, Duration grace) {}

  AgentWorker(AgentApi api, AgentLog log, Terminal terminal, Settings settings) {
    this.api = api;
    this.log = log;
    this.terminal = terminal;
    this.settings = settings;
    this.slots = new Semaphore(settings.concurrency());
    this.settler = new Settler(api, log, terminal.pause(), this::settled);
    this.leases = new LeaseKeeper(api, terminal.clock(), settings.lease(), settler::add);
  }

  /**
   * Works until told to stop, by {@link #stop} or by the node.
   *
   * @param threads has two for this and those the runner needs
   * @throws ApiException if the node will not register the agent
   */
  void run(TaskRunner runner, ExecutorService threads) throws InterruptedException {
    try {
      register();
      threads.execute(() -> untilInterrupted(settler::run));
      threads.execute(() -> untilInterrupted(this::keepAlive));
      while (!stopping) {
        takeWork(runner);
      }
      windDown();
    } finally {
      threads.shutdownNow();
      ended.countDown();
    }
  }

  /** Takes no more work, waits for what runs as long as the grace allows, gives back the rest. */
  void stop() throws InterruptedException {
    stopping = true;
    slots.release();
    tryOnce(api::drain);
    ended.await(settings.grace().plusSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
  }

  private void takeWork(TaskRunner runner) throws InterruptedException {
    slots.acquire();
    int free = 1 + slots.drainPermits();
    int wanted = Math.min(free, AgentApi.MOST_AT_ONCE);
    List<LeasedTask> taken = List.of();
    try {
      taken = stopping ? taken : acquire(wanted);
    } finally {
      slots.release(free - taken.size());
    }
    for (LeasedTask task : taken) {
      log.started(task);
      leases.start(task, runner);
    }
  }

  private List<LeasedTask> acquire(int wanted) throws InterruptedException {
    try {
      Instant asked = terminal.clock().instant();
      List<LeasedTask> taken = api.acquire(wanted, WAIT, settings.lease());
      log.back();
      boolean atOnce = asked.plus(AT_ONCE).isAfter(terminal.clock().instant());
      if (taken.isEmpty() && atOnce && !stopping) {
        leaveIfAsked();
      }
      return taken;
    } catch (UnreachableException e) {
      log.away(e);
    } catch (ApiException e) {
      if (e.status() == 404) {
        register();
      } else if (!e.isBusy() && e.status() < 500) {
        throw e;
      }
    }
    rest(ApiClient.backoff(3));
    return List.of();
  }

  /** An answer that is empty before its time means that the agent drains. */
  private void leaveIfAsked() throws InterruptedException {
    if (api.heartbeat()) {
      log.say("The node asks this agent to drain: it finishes what it has and leaves.");
      stopping = true;
    } else {
      rest(AT_ONCE);
    }
  }

  private void register() throws InterruptedException {
    for (int failures = 1; !stopping; failures++) {
      try {
        api.register(settings.spec());
        log.back();
        return;
      } catch (UnreachableException e) {
        log.away(e);
      } catch (ApiException e) {
        if (!e.isBusy() && e.status() < 500) {
          throw e;
        }
      }
      rest(ApiClient.backoff(failures));
    }
  }

  /** Waits, but not once the agent stops. */
  private void rest(Duration duration) throws InterruptedException {
    Instant until = terminal.clock().instant().plus(duration);
    while (!stopping && terminal.clock().instant().isBefore(until)) {
      terminal.pause().of(STEP);
    }
  }

  private void keepAlive() throws InterruptedException {
    long tick = Math.min(AT_ONCE.toMillis(), settings.lease().toMillis() / 6);
    Instant heard = terminal.clock().instant();
    while (true) {
      terminal.pause().of(Duration.ofMillis(tick));
      Instant now = terminal.clock().instant();
      tryOnce(leases::extendDue);
      if (!stopping && now.isAfter(heard.plus(HEARTBEAT))) {
        tryOnce(api::heartbeat);
        heard = now;
      }
      log.showLine();
    }
  }

  private void windDown() throws InterruptedException {
    Instant until = terminal.clock().instant().plus(settings.grace());
    if (!leases.isEmpty()) {
      log.say("Waiting for running tasks, " + Text.duration(settings.grace()) + " at most.");
    }
    awaitEmpty(until);
    leases.giveBackAll();
    awaitEmpty(terminal.clock().instant().plus(HEARTBEAT));
    log.summary();
  }

  private void awaitEmpty(Instant until) throws InterruptedException {
    while (!leases.isEmpty() && terminal.clock().instant().isBefore(until)) {
      terminal.pause().of(STEP);
    }
  }

  private void settled(Held held) {
    leases.forget(held);
    slots.release();
  }

  private interface Step {
    void run() throws InterruptedException;
  }

  /** The node may be away or busy: the next turn comes. */
  private static void tryOnce(Step step) throws InterruptedException {
    try {
      step.run();
    } catch (UnreachableException | ApiException e) {
      return;
    }
  }

  private void untilInterrupted(Step step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.say("This agent has a fault and stops: " + e);
      stopping = true;
      slots.release();
    }
  }
}

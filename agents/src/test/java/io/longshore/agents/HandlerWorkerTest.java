package io.longshore.agents;

import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.LedgerDouble.End;
import io.longshore.agents.WorkSource.ExtendReply.Canceled;
import io.longshore.persistence.Answer;
import io.longshore.registry.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandlerWorkerTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Duration BEAT = Duration.ofMillis(Given.LEASE / 3);
  private final TestClock clock = new TestClock();
  private final List<Object> heard = new ArrayList<>();
  private final LedgerDouble ledger = new LedgerDouble(clock, heard::add);
  private final TestTimer timer = new TestTimer();
  private final HeldLeases held = new HeldLeases(ledger, timer, clock, 100);
  private final AtomicInteger freed = new AtomicInteger();
  private final HandlerWorker worker = worker(Handlers.of(), Runnable::run);

  @Test
  void when_the_handler_returns_then_its_output_completes_the_task() {
    worker.run(handler("echo", (lease, context) -> lease.input()), List.of(lease()));

    assertEquals(List.of(new End("t1", "token", "{\"text\":\"a\"}")), heard);
    assertEquals(0, worker.busy());
    assertEquals(List.of(), timer.delays(), "nothing is left to be done later");
  }

  @Test
  void when_the_handler_throws_then_the_attempt_fails_without_a_word_of_the_message() {
    worker.run(
        handler(
            "broken",
            (lease, context) -> {
              throw new IllegalStateException(new String(lease.input(), UTF_8));
            }),
        List.of(lease()));

    assertEnds("agent-error: handler broken threw java.lang.IllegalStateException");
    assertEquals(0, worker.busy());
  }

  @Test
  void when_the_handler_says_how_it_failed_then_so_is_the_ledger_told() {
    worker.run(
        handler(
            "strict",
            (lease, context) -> {
              throw TaskFailedException.permanent("bad-input", "no text");
            }),
        List.of(lease()));

    assertEnds("bad-input: no text!");
  }

  @Test
  void when_the_handler_asks_something_then_the_submitter_is_asked() {
    worker.run(
        handler(
            "curious",
            (lease, context) -> {
              throw new InputRequiredException("\"which?\"".getBytes(UTF_8));
            }),
        List.of(lease()));

    assertEnds("asks \"which?\"");
  }

  @Test
  @SuppressWarnings("NullAway") // what a handler written without null checks may do
  void when_what_it_returns_is_no_result_then_the_task_fails() {
    worker.run(handler("void", (lease, context) -> null), List.of(lease()));
    worker.run(handler("text", (lease, context) -> "a b".getBytes(UTF_8)), List.of(lease()));
    worker.run(handler("long", (lease, context) -> new byte[101]), List.of(lease()));

    assertEquals(
        List.of(
            "agent-error: handler void returned nothing",
            "invalid-output: the output is not one JSON value!",
            "output-too-large: the output has 101 bytes; it may have 100!"),
        heard.stream().map(end -> ((End) end).outcome()).toList());
  }

  @Test
  void when_the_ledger_does_not_answer_then_it_is_told_again_while_the_lease_lasts() {
    ledger.ends = new Answer.Indeterminate<>(Duration.ofSeconds(1));
    worker.run(handler("echo", (lease, context) -> lease.input()), List.of(lease()));
    assertEquals(1, heard.size());

    timer.run(Duration.ofSeconds(1));
    assertEquals(2, heard.size());
    assertEquals(heard.get(0), heard.get(1));

    clock.advance(Duration.ofMillis(Given.LEASE));
    timer.run(Duration.ofSeconds(1));
    assertEquals(3, heard.size());
    assertEquals(List.of(), timer.delays());
  }

  @Test
  void when_it_takes_long_then_its_lease_is_extended_and_its_progress_told() {
    worker.run(
        handler(
            "slow",
            (lease, context) -> {
              context.progress("0.5".getBytes(UTF_8));
              timer.run(BEAT);
              timer.run(BEAT);
              return lease.input();
            }),
        List.of(lease()));

    assertEquals(List.of("t1 0.5", "t1"), ledger.extensions);
    assertEnds("{\"text\":\"a\"}");
  }

  @Test
  void when_the_task_is_canceled_then_the_handler_hears_it_and_is_interrupted() {
    ledger.extended = new Answer.Replied<>(new Canceled());
    worker.run(
        handler(
            "endless",
            (lease, context) -> {
              assertFalse(context.canceled());
              timer.run(BEAT);
              assertTrue(context.canceled());
              throw new InterruptedException("" + Thread.currentThread().isInterrupted());
            }),
        List.of(lease()));

    assertEnds("agent-error: handler endless threw java.lang.InterruptedException");
    assertFalse(Thread.currentThread().isInterrupted(), "the next task begins uninterrupted");
  }

  @Test
  void when_it_takes_too_long_then_the_attempt_fails_and_what_it_returns_later_is_nothing() {
    worker.run(
        handler(
            "stuck",
            (lease, context) -> {
              timer.run(TIMEOUT);
              assertTrue(Thread.currentThread().isInterrupted());
              assertEquals(1, worker.busy());
              return lease.input();
            }),
        List.of(lease()));

    assertEnds("handler-timeout: handler stuck took longer than 60 s");
    assertEquals(0, worker.busy());
    assertEquals(1, freed.get());
  }

  @Test
  void when_the_node_leaves_then_it_waits_for_its_work_and_then_releases_it() {
    List<Runnable> threads = new ArrayList<>();
    HandlerWorker later = worker(Handlers.of(), threads::add);
    TaskHandler echo = handler("echo", (lease, context) -> lease.input());
    later.run(echo, List.of(lease("t1"), lease("t2")));

    CompletionStage<Void> left = held.leave(Duration.ofSeconds(10));
    later.run(echo, List.of(lease("t3")));
    assertEquals(new End("t3", "token", "released"), heard.get(0));
    threads.get(0).run();
    assertFalse(left.toCompletableFuture().isDone());

    timer.run(Duration.ofSeconds(10));
    assertTrue(left.toCompletableFuture().isDone());
    threads.get(1).run();
    assertEquals(
        List.of(
            new End("t3", "token", "released"),
            new End("t1", "token", "{\"text\":\"a\"}"),
            new End("t2", "token", "released")),
        heard);
  }

  @Test
  void when_an_agent_names_a_handler_then_it_is_found_if_the_node_has_it() {
    TaskHandler echo = handler("echo", (lease, context) -> lease.input());
    HandlerWorker withEcho = worker(Handlers.of(echo), Runnable::run);

    assertSame(echo, withEcho.handlerOf(agent(1, Delivery.handler("echo"), 1, false)));
    assertNull(withEcho.handlerOf(agent(1, Delivery.handler("gone"), 1, false)));
    assertNull(withEcho.handlerOf(agent(1)));
  }

  private void assertEnds(String outcome) {
    assertEquals(List.of(new End("t1", "token", outcome)), heard);
  }

  private interface Work {
    byte[] of(Lease lease, TaskContext context) throws Exception;
  }

  private HandlerWorker worker(Handlers handlers, Executor threads) {
    return new HandlerWorker(
        handlers, held, threads, timer, TIMEOUT, () -> freed.incrementAndGet());
  }

  private Lease lease() {
    return lease("t1");
  }

  private Lease lease(String taskId) {
    return Given.lease(ref(taskId), "token", clock.millis() + Given.LEASE);
  }

  private static TaskHandler handler(String name, Work work) {
    return new TaskHandler() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public byte[] handle(Lease lease, TaskContext context) throws Exception {
        return work.of(lease, context);
      }
    };
  }
}

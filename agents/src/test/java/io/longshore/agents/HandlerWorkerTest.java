package io.longshore.agents;

import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.LedgerDouble.End;
import io.longshore.persistence.Answer;
import io.longshore.registry.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HandlerWorkerTest {
  private final TestClock clock = new TestClock();
  private final List<Object> heard = new ArrayList<>();
  private final LedgerDouble ledger = new LedgerDouble(clock, heard::add);
  private final Queue<Runnable> later = new ArrayDeque<>();
  private final HandlerWorker worker = worker(Handlers.of());

  @Test
  void when_the_handler_returns_then_its_output_completes_the_task() {
    worker.run(handler("echo", Lease::input), List.of(lease()));

    assertEquals(List.of(new End("t1", "token", "{\"text\":\"a\"}")), heard);
    assertEquals(0, worker.busy());
  }

  @Test
  void when_the_handler_throws_then_the_attempt_fails_without_a_word_of_the_message() {
    worker.run(
        handler(
            "broken",
            lease -> {
              throw new IllegalStateException(new String(lease.input(), UTF_8));
            }),
        List.of(lease()));

    String message = "agent-error: handler broken threw java.lang.IllegalStateException";
    assertEquals(List.of(new End("t1", "token", message)), heard);
    assertEquals(0, worker.busy());
  }

  @Test
  void when_the_handler_asks_something_then_the_submitter_is_asked() {
    worker.run(
        handler(
            "curious",
            lease -> {
              throw new InputRequiredException("\"which?\"".getBytes(UTF_8));
            }),
        List.of(lease()));

    assertEquals(List.of(new End("t1", "token", "asks \"which?\"")), heard);
    assertEquals(0, worker.busy());
  }

  @Test
  @SuppressWarnings("NullAway") // what a handler written without null checks may do
  void when_the_handler_returns_nothing_then_the_attempt_fails() {
    worker.run(handler("void", lease -> null), List.of(lease()));

    String message = "agent-error: handler void returned nothing";
    assertEquals(List.of(new End("t1", "token", message)), heard);
  }

  @Test
  void when_the_ledger_does_not_answer_then_it_is_told_again_while_the_lease_lasts() {
    ledger.ends = new Answer.Indeterminate<>(Duration.ofSeconds(1));
    worker.run(handler("echo", Lease::input), List.of(lease()));
    assertEquals(1, heard.size());

    later.remove().run();
    assertEquals(2, heard.size());
    assertEquals(heard.get(0), heard.get(1));

    clock.advance(Duration.ofMillis(Given.LEASE));
    later.remove().run();
    assertEquals(3, heard.size());
    assertTrue(later.isEmpty());
  }

  @Test
  void when_an_agent_names_a_handler_then_it_is_found_if_the_node_has_it() {
    TaskHandler echo = handler("echo", Lease::input);
    HandlerWorker withEcho = worker(Handlers.of(echo));

    assertSame(echo, withEcho.handlerOf(agent(1, Delivery.handler("echo"), 1, false)));
    assertNull(withEcho.handlerOf(agent(1, Delivery.handler("gone"), 1, false)));
    assertNull(withEcho.handlerOf(agent(1)));
  }

  @Test
  void when_two_handlers_have_one_name_then_the_node_does_not_start() {
    TaskHandler one = handler("echo", Lease::input);
    TaskHandler other = handler("echo", Lease::input);

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Handlers.of(one, other));

    assertTrue(String.valueOf(refusal.getMessage()).startsWith("Two handlers are named echo"));
  }

  @Test
  void when_handlers_are_on_the_class_path_then_they_are_found() {
    assertEquals(Set.of(), Handlers.of().names());
    assertEquals(Set.of("listed"), Handlers.load().names());
    assertFalse(Handlers.load().find("echo").isPresent());
  }

  /** Named in this module's test resources. */
  public static final class Listed implements TaskHandler {
    @Override
    public String name() {
      return "listed";
    }

    @Override
    public byte[] handle(Lease lease) {
      return lease.input();
    }
  }

  private interface Work {
    byte[] of(Lease lease) throws InputRequiredException;
  }

  private HandlerWorker worker(Handlers handlers) {
    return new HandlerWorker(
        handlers, ledger, Runnable::run, (delay, task) -> later.add(task), clock);
  }

  private Lease lease() {
    return Given.lease(ref("t1"), "token", clock.millis() + Given.LEASE);
  }

  private static TaskHandler handler(String name, Work work) {
    return new TaskHandler() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public byte[] handle(Lease lease) throws InputRequiredException {
        return work.of(lease);
      }
    };
  }
}

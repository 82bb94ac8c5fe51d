package io.longshore.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.ApiClient;
import io.longshore.node.cli.Cli;
import io.longshore.node.cli.FakeNode;
import io.longshore.node.cli.Terminal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemoTest {
  private final FakeNode node = new FakeNode();
  private final ManualClock clock = new ManualClock();
  private final Cli cli = new Cli().time(clock, clock::advance);

  /** Time that passes only where somebody pauses. */
  private static final class ManualClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T12:00:00Z");

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @AfterEach
  void close() {
    node.close();
  }

  private int run(boolean once) throws InterruptedException {
    Terminal terminal = cli.terminal();
    return new Demo(
            new ApiClient(List.of(node.url()), terminal.pause(), notice -> {}), terminal, false)
        .run(once);
  }

  @Test
  void when_all_ten_complete_then_the_exit_code_is_0_and_the_report_tells_all()
      throws InterruptedException {
    new DemoScript(node, clock, -1);

    assertEquals(0, run(true));

    String out = cli.out();
    assertTrue(out.contains("10 of 10 completed in 4.03 s; 1 moved off swamped."), out);
    assertTrue(out.contains("By agent: swift 7, steady 2, swamped 1."), out);
    assertTrue(out.contains("./longshore serve"), out);
    assertEquals(1, count(out, "  moved "));
    assertEquals(11, count(out, "  assigned "));
  }

  @Test
  void when_one_fails_then_the_exit_code_is_1_and_the_reason_is_told() throws InterruptedException {
    new DemoScript(node, clock, 2);

    assertEquals(1, run(false));

    assertTrue(cli.out().contains("9 of 10 completed"), cli.out());
    assertTrue(cli.out().contains("gave up (agent-error, after 5 attempts)"), cli.out());
  }

  @Test
  void when_it_starts_then_three_agents_with_handlers_are_registered() throws InterruptedException {
    new DemoScript(node, clock, -1);

    run(true);

    List<String> handlers =
        node.calls("PUT .*").stream()
            .map(call -> call.body().at("/delivery/handler/name").asText())
            .toList();
    assertEquals(List.of("demo.swamped", "demo.swift", "demo.steady"), handlers);
    assertEquals(10, node.calls("POST /v1/tasks:batch").get(0).body().size());
  }

  @Test
  void when_no_person_watches_then_a_line_is_written_for_each_change() throws InterruptedException {
    new DemoScript(node, clock, -1);

    run(true);

    assertTrue(cli.out().contains("  0.1 s  The crane driver    working    steady\n"), cli.out());
    assertTrue(
        cli.out().contains("\n  4.0 s  The hiring hall     completed  swamped\n"), cli.out());
    assertEquals(-1, cli.out().indexOf('\u001b'));
  }

  @Test
  void when_a_person_watches_then_the_board_fits_the_smallest_terminal()
      throws InterruptedException {
    new DemoScript(node, clock, -1);
    cli.terminal(80);

    run(true);

    List<String> frames = List.of(cli.out().split("\u001b\\[\\?7l", -1));
    assertTrue(frames.size() > 20, "redrawn only " + frames.size() + " times");
    String frame = frames.get(frames.size() / 2).replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "");
    assertTrue(frame.lines().count() < 24, frame);
    frame.lines().forEach(line -> assertTrue(line.length() <= 80, line));
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }
}

package io.longshore.node.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs commands as a user would and keeps what they print. Its pauses are noted, not waited for.
 */
public final class Cli {
  /** What the commands waited for, instead of waiting. */
  public final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] in = {};
  private boolean isTerminal;
  private int columns = 80;
  private Map<String, String> environment = Map.of();
  private Clock clock = Clock.systemUTC();
  private Pause pause = pauses::add;

  /** With this on the standard input. */
  public Cli in(String text) {
    in = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** With these bytes on the standard input. */
  public Cli in(byte[] bytes) {
    in = bytes.clone();
    return this;
  }

  /** At a terminal of this width. */
  public Cli terminal(int columns) {
    this.isTerminal = true;
    this.columns = columns;
    return this;
  }

  /** With this environment. */
  public Cli environment(Map<String, String> environment) {
    this.environment = environment;
    return this;
  }

  /** With another time. */
  public Cli time(Clock clock, Pause pause) {
    this.clock = clock;
    this.pause = pause;
    return this;
  }

  /** Runs a command at a node; the exit code. */
  public int run(FakeNode node, String... args) {
    return run(Stream.concat(Stream.of(args), Stream.of("--url", node.url().toString())));
  }

  /** Runs a command; the exit code. */
  public int run(String... args) {
    return run(Stream.of(args));
  }

  private int run(Stream<String> args) {
    return LongshoreCommand.commandLine(terminal()).execute(args.toArray(String[]::new));
  }

  /** The terminal the commands see. */
  public Terminal terminal() {
    return new Terminal(
        new ByteArrayInputStream(in),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        isTerminal,
        isTerminal,
        columns,
        environment,
        clock,
        pause);
  }

  /** What was printed. */
  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What was printed beside that. */
  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}

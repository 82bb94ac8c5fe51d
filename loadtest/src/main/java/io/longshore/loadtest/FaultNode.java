package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A node process that is killed and started again on the same database, each time elsewhere for its
 * clients. One that ends by itself is started again at once, as by whatever runs it in production.
 */
final class FaultNode implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration BEFORE_AGAIN = Duration.ofSeconds(1);
  private final String name;
  private final List<String> arguments;
  private final List<String> options;
  private final Duration clientTimeout;
  private final Consumer<String> output;
  private final AtomicInteger ownEnds = new AtomicInteger();
  private JavaProcess.Running running;
  private volatile LoadClient client;
  private volatile boolean wanted;
  private volatile boolean ready;

  /**
   * Starts it and returns once it listens.
   *
   * @param name in reports
   * @param arguments of {@code serve}, beside its port
   * @param options of Java
   * @param clientTimeout how long its clients wait for an answer
   * @param output told every line it prints
   */
  FaultNode(
      String name,
      List<String> arguments,
      List<String> options,
      Duration clientTimeout,
      Consumer<String> output)
      throws InterruptedException {
    this.name = name;
    this.arguments = List.copyOf(arguments);
    this.options = List.copyOf(options);
    this.clientTimeout = clientTimeout;
    this.output = output;
    running = JavaProcess.startNode(arguments, options, output);
    client = new LoadClient(running.url(), name, clientTimeout);
    wanted = true;
    superviseRunning();
  }

  /** Its name in reports. */
  String name() {
    return name;
  }

  /** Talks to the present process, or to the last one while there is none. */
  LoadClient client() {
    return client;
  }

  /** Where its present process answers. */
  synchronized String url() {
    return running.url();
  }

  /** The processor time that its present process has taken. */
  synchronized Duration cpu() {
    return running.process().cpu();
  }

  /** What of it its present process has spent on compiling. */
  synchronized Duration compiling() {
    return CompilerTime.of(running.process().pid());
  }

  /** How often it ended by itself, as when the others have put it out. */
  int ownEnds() {
    return ownEnds.get();
  }

  /** What its health was found to be. */
  void found(boolean isReady) {
    ready = isReady;
  }

  /** Whether a balancer sends it requests. */
  boolean isInRotation() {
    return ready;
  }

  /** Kills it with SIGKILL. */
  void kill() throws InterruptedException {
    wanted = false;
    synchronized (this) {
      running.process().kill();
      running.close();
    }
  }

  /** Stops it as an operator does; false if it did not within a minute. */
  boolean stop() throws InterruptedException {
    wanted = false;
    synchronized (this) {
      return running.process().stop(STOP_TIMEOUT);
    }
  }

  /** Starts it again after {@link #kill} or {@link #stop}; returns once it listens. */
  synchronized void startAgain() throws InterruptedException {
    running = JavaProcess.startNode(arguments, options, output);
    client = new LoadClient(running.url(), name, clientTimeout);
    wanted = true;
    superviseRunning();
  }

  /** Has it stand still, as a machine that is out of breath. */
  synchronized void freeze() throws InterruptedException {
    running.process().signal("STOP");
  }

  /** Has it go on. */
  synchronized void thaw() throws InterruptedException {
    running.process().signal("CONT");
  }

  private void superviseRunning() {
    JavaProcess.Running watched = running;
    watched
        .process()
        .whenEnded(
            () -> {
              if (wanted) {
                Thread starter = new Thread(() -> endedByItself(watched), name + "-supervisor");
                starter.setDaemon(true);
                starter.start();
              }
            });
  }

  private synchronized void endedByItself(JavaProcess.Running ended) {
    if (!wanted || !ended.equals(running)) {
      return;
    }
    ownEnds.incrementAndGet();
    output.accept("(" + name + " has ended by itself and is started again)");
    while (wanted) {
      try {
        startAgain();
        return;
      } catch (IllegalStateException doesNotStart) {
        output.accept("(" + name + " does not start: " + doesNotStart.getMessage() + ")");
        pauseBeforeAgain();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void pauseBeforeAgain() {
    try {
      Pause.real().of(BEFORE_AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    wanted = false;
    synchronized (this) {
      running.close();
    }
  }
}

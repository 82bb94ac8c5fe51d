package io.longshore.loadtest;

import io.longshore.persistence.DatabaseSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of our own classes, killed with this one. */
final class JavaProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("listens at (http://\\S+?),");
  private final Process process;
  private final Thread killer;
  private final CountDownLatch outputEnded = new CountDownLatch(1);

  private JavaProcess(Process process) {
    this.process = process;
    this.killer = new Thread(process::destroyForcibly, "kill-child");
    try {
      Runtime.getRuntime().addShutdownHook(killer);
    } catch (IllegalStateException alreadyStopping) {
      process.destroyForcibly();
      throw alreadyStopping;
    }
  }

  /**
   * Starts a main class with this process's class path.
   *
   * @param line told every line it prints, on either stream
   */
  static JavaProcess start(
      List<String> options, String mainClass, List<String> arguments, Consumer<String> line) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add(
        "-Djava.util.concurrent.ForkJoinPool.common.parallelism="
            + Math.max(2, Runtime.getRuntime().availableProcessors()));
    command.addAll(readyMadeClasses());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    try {
      JavaProcess started =
          new JavaProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
      Thread reader = new Thread(() -> started.read(line), mainClass + "-output");
      reader.setDaemon(true);
      reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + mainClass, e);
    }
  }

  /** What the launcher has told this process of an archive of classes, if there is one. */
  private static List<String> readyMadeClasses() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(word -> word.startsWith("-XX:SharedArchiveFile=") || word.startsWith("-Xlog:cds"))
        .toList();
  }

  /** Whether nodes start from an archive of classes, in half the time. */
  static boolean hasReadyMadeClasses() {
    return !readyMadeClasses().isEmpty();
  }

  /** Starts a node on its own embedded database and returns its base address. */
  static Running startNode(String dataDirectory) throws InterruptedException {
    return startNode(List.of("--data", dataDirectory), List.of());
  }

  /**
   * Starts a node on this database and returns its base address.
   *
   * @param options of Java; {@code -D} sets whatever the configuration has
   */
  static Running startNode(DatabaseSettings database, List<String> options)
      throws InterruptedException {
    List<String> all = new ArrayList<>(options);
    all.addAll(databaseOptions(database));
    return startNode(List.of("--cluster-port", "0"), all);
  }

  /** What Java is told as the launcher tells it to serve, with a heap of at most this. */
  static List<String> serverOptions(int heapMib) {
    return serverOptions(heapMib, List.of());
  }

  /** The same and more, which is the last word; a collector takes the place of ours. */
  static List<String> serverOptions(int heapMib, List<String> more) {
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + heapMib + "m");
    options.add("-XX:+ExitOnOutOfMemoryError");
    if (more.stream().noneMatch(option -> option.matches("-XX:\\+Use.*GC"))) {
      options.add("-XX:+UseG1GC");
      options.add("-XX:G1HeapRegionSize=8m");
      options.add("-XX:+UnlockExperimentalVMOptions");
      options.add("-XX:G1NewSizePercent=25");
    }
    options.addAll(more);
    return options;
  }

  /** What Java is told so that a node uses this database. */
  static List<String> databaseOptions(DatabaseSettings database) {
    return List.of(
        "-Dlongshore.node.database.url=" + database.url(),
        "-Dlongshore.node.database.user=" + database.user(),
        "-Dlongshore.node.database.password=" + database.password());
  }

  private static Running startNode(List<String> arguments, List<String> options)
      throws InterruptedException {
    return startNode(arguments, options, line -> {});
  }

  /**
   * Starts a node and returns its base address.
   *
   * @param arguments of {@code serve}, beside its port
   * @param options of Java
   * @param output told every line it prints
   */
  static Running startNode(List<String> arguments, List<String> options, Consumer<String> output)
      throws InterruptedException {
    CompletableFuture<String> address = new CompletableFuture<>();
    List<String> printed = new ArrayList<>();
    List<String> all = new ArrayList<>(List.of("serve", "--port", "0"));
    all.addAll(arguments);
    List<String> java = new ArrayList<>(List.of("-XX:MaxRAMPercentage=25"));
    java.addAll(options);
    JavaProcess node =
        start(
            java,
            "io.longshore.node.Main",
            all,
            line -> {
              output.accept(line);
              if (!address.isDone()) {
                printed.add(line);
              }
              Matcher matcher = LISTENS.matcher(line);
              if (matcher.find()) {
                address.complete(matcher.group(1));
              }
            });
    try {
      return new Running(node, address.get(60, TimeUnit.SECONDS));
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      node.close();
      throw new IllegalStateException("The node did not start:\n" + String.join("\n", printed), e);
    }
  }

  /** A node that listens. */
  record Running(JavaProcess process, String url) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }

  private void read(Consumer<String> line) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String next = output.readLine();
      while (next != null) {
        line.accept(next);
        next = output.readLine();
      }
    } catch (IOException e) {
      line.accept("(its output broke off: " + e.getMessage() + ")");
    } finally {
      outputEnded.countDown();
    }
  }

  /** Gives it a line to read on its standard input. */
  void tell(String line) {
    try {
      process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
    } catch (IOException e) {
      throw new UncheckedIOException("The process reads no more", e);
    }
  }

  /** Sends it a signal, such as {@code STOP}. */
  void signal(String name) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send SIG" + name, e);
    }
  }

  /** Its number with the operating system. */
  long pid() {
    return process.pid();
  }

  /** Whether it has not ended. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** The processor time that it has taken; none where the system does not tell. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Runs this when the process has ended, for whatever reason. */
  void whenEnded(Runnable then) {
    var unused = process.onExit().thenRun(then);
  }

  /** Asks it to stop and waits for so long until it has. */
  boolean stop(Duration patience) throws InterruptedException {
    process.destroy();
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Kills it with SIGKILL, as if the machine had stopped, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to stop, and kills it if it does not within ten seconds. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      outputEnded.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException alreadyStopping) {
      process.destroyForcibly();
    }
  }
}

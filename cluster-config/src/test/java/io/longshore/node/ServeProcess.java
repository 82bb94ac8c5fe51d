package io.longshore.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code longshore serve} as a process of its own, to be signalled and killed. */
final class ServeProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("listens at (http\\S+?)[, ]");
  private final Process process;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> url = new CompletableFuture<>();

  private ServeProcess(Process process) {
    this.process = process;
  }

  static ServeProcess start(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
            "-cp",
            System.getProperty("java.class.path"),
            "io.longshore.node.Main",
            "serve",
            "--port",
            "0"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      ServeProcess started = new ServeProcess(builder.start());
      Thread reader = new Thread(started::read, "serve-output");
      reader.setDaemon(true);
      reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null) {
        said.add(line);
        Matcher matcher = LISTENS.matcher(line);
        if (matcher.find()) {
          url.complete(matcher.group(1));
        }
        line = output.readLine();
      }
    } catch (IOException e) {
      said.add("(its output broke off)");
    }
  }

  /** Its API, once it listens. */
  Api api() {
    return new Api(url());
  }

  /** Its base address, once it listens. */
  String url() {
    return url.orTimeout(180, TimeUnit.SECONDS).join();
  }

  /** SIGTERM. The process's own method would stop listening to it too. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** Its exit code, once it has ended by itself. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      throw new AssertionError("It does not end: " + output());
    }
    return process.exitValue();
  }

  /** All it has said so far. */
  String output() {
    return String.join("\n", said);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

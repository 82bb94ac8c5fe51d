package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.node.cli.TaskRunner.Outcome.Completed;
import io.longshore.node.cli.TaskRunner.Outcome.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Runs a shell command for each task: the input on its standard input, the result from its standard
 * output.
 */
final class CommandRunner implements TaskRunner {
  /** The largest output that a node takes, unless it is configured otherwise. */
  static final int MAX_OUTPUT = 1 << 20;

  /** The exit code of sysexits.h for input that no attempt will ever read. */
  static final int EXIT_BAD_INPUT = 65;

  private static final int MAX_COMPLAINT = 2_000;
  private static final int KILL_AFTER_SECONDS = 5;

  // Ctrl-C in a terminal goes to the command too. The agent then waits for it, so it must not die.
  private static final String IGNORE_INTERRUPTS = "trap '' INT\n";

  private final String command;
  private final Executor executor;

  /**
   * A runner of this command.
   *
   * @param executor has a thread for each of a command's three streams, however many run
   */
  CommandRunner(String command, Executor executor) {
    this.command = command;
    this.executor = executor;
  }

  @Override
  public Run start(LeasedTask task) {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", IGNORE_INTERRUPTS + command);
    Map<String, String> environment = builder.environment();
    environment.put("LONGSHORE_TASK_ID", task.taskId());
    environment.put("LONGSHORE_ATTEMPT", String.valueOf(task.attempt()));
    environment.put("LONGSHORE_CAPABILITY", task.capability());
    environment.put("LONGSHORE_DEADLINE", task.deadline());
    try {
      Process process = builder.start();
      executor.execute(() -> feed(process, Json.textOf(task.input())));
      CompletableFuture<byte[]> complaint =
          CompletableFuture.supplyAsync(() -> tail(process.getErrorStream()), executor);
      CompletableFuture<Outcome> outcome =
          CompletableFuture.supplyAsync(() -> output(process), executor)
              .thenCombine(complaint, (output, said) -> outcome(process, output, said))
              .exceptionally(e -> new Failed("The command's output cannot be read: " + e, true));
      return new Run(outcome, () -> kill(process));
    } catch (IOException e) {
      String message = "The command cannot be started: " + e.getMessage();
      return new Run(CompletableFuture.completedFuture(new Failed(message, true)), () -> {});
    }
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // The command ended or closed its input without reading all of it, which is its right.
    }
  }

  private static byte[] output(Process process) {
    try {
      byte[] output = process.getInputStream().readNBytes(MAX_OUTPUT + 1);
      if (output.length > MAX_OUTPUT) {
        kill(process);
      }
      process.waitFor();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      kill(process);
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static byte[] tail(InputStream stream) {
    byte[] tail = new byte[0];
    byte[] buffer = new byte[8_192];
    try {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        byte[] all = Arrays.copyOf(tail, tail.length + read);
        System.arraycopy(buffer, 0, all, tail.length, read);
        tail = Arrays.copyOfRange(all, Math.max(0, all.length - MAX_COMPLAINT), all.length);
      }
    } catch (IOException e) {
      // The process was killed; what it said until then is kept.
    }
    return tail;
  }

  private static Outcome outcome(Process process, byte[] output, byte[] complaint) {
    if (output.length > MAX_OUTPUT) {
      return tooLarge();
    }
    int exit = process.exitValue();
    if (exit != 0) {
      String said = new String(complaint, StandardCharsets.UTF_8).strip();
      String message = "The command ended with exit code " + exit;
      return new Failed(said.isEmpty() ? message : message + ": " + said, exit != EXIT_BAD_INPUT);
    }
    try {
      JsonNode result = Json.valueOf(withoutLastNewline(output));
      return Json.bytes(result).length > MAX_OUTPUT ? tooLarge() : new Completed(result);
    } catch (CharacterCodingException e) {
      return new Failed(
          "The command's output is neither JSON nor UTF-8 text. Encode it, for example by base64.",
          false);
    }
  }

  private static Failed tooLarge() {
    return new Failed(
        "The command's output is over the limit of %s. Store it elsewhere and answer where it is."
            .formatted(Text.bytes(MAX_OUTPUT)),
        false);
  }

  private static byte[] withoutLastNewline(byte[] output) {
    int end = output.length;
    if (end > 0 && output[end - 1] == '\n') {
      end -= end > 1 && output[end - 2] == '\r' ? 2 : 1;
    }
    return Arrays.copyOf(output, end);
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    CompletableFuture.delayedExecutor(KILL_AFTER_SECONDS, TimeUnit.SECONDS)
        .execute(
            () -> {
              process.descendants().forEach(ProcessHandle::destroyForcibly);
              process.destroyForcibly();
            });
  }
}

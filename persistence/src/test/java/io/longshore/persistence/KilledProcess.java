package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process that says what it has done, and is killed when that is enough. */
final class KilledProcess {
  private KilledProcess() {}

  /**
   * Runs a class of the tests until it is killed.
   *
   * @param enough hears of each line that the process has said whole, those from its being killed
   *     to its end too, without the {@code ;} at the end of it; whether the process is to be killed
   */
  static void run(Class<?> main, List<String> arguments, Predicate<String> enough)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    boolean killed = false;
    try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        boolean whole = line.endsWith(";");
        if (whole && enough.test(line.substring(0, line.length() - 1)) && !killed) {
          killed = true;
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.toHandle().destroyForcibly();
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertTrue(killed, "it ended before it was killed");
  }
}

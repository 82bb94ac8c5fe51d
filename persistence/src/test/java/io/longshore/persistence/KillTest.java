package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A process is killed in the middle of writing. What it had acknowledged is there. */
@ParameterizedClass
@EnumSource
class KillTest {
  private static final int ENOUGH = 500;
  private final TestDatabase kind;
  @TempDir Path directory;

  KillTest(TestDatabase kind) {
    this.kind = kind;
  }

  @Test
  void when_a_node_is_killed_while_it_writes_then_every_acknowledged_number_is_there()
      throws IOException, InterruptedException {
    DatabaseSettings database = kind.fresh(directory);
    Set<Long> acknowledged = new HashSet<>();
    writeUntilKilled(database, acknowledged);
    try (TestNode node = TestNode.start(database)) {
      Set<Long> lost = new HashSet<>(acknowledged);
      lost.removeAll(node.contents().numbers());
      assertTrue(lost.isEmpty(), lost.size() + " of " + acknowledged.size() + " lost: " + lost);
    }
  }

  private static void writeUntilKilled(DatabaseSettings database, Set<Long> acknowledged)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KillTestWriter.class.getName(),
                database.url(),
                database.user(),
                database.password())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
      String line = out.readLine();
      for (; line != null; line = out.readLine()) {
        if (line.startsWith(KillTestWriter.ACKNOWLEDGED) && line.endsWith(";")) {
          String number = line.substring(KillTestWriter.ACKNOWLEDGED.length(), line.length() - 1);
          acknowledged.add(Long.parseLong(number));
        }
        if (acknowledged.size() == ENOUGH) {
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.toHandle().destroyForcibly();
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertTrue(acknowledged.size() >= ENOUGH, "it ended before it was killed");
  }
}

package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    KilledProcess.run(
        KillTestWriter.class,
        List.of(database.url(), database.user(), database.password()),
        line -> {
          if (line.startsWith(KillTestWriter.ACKNOWLEDGED)) {
            acknowledged.add(Long.parseLong(line.substring(KillTestWriter.ACKNOWLEDGED.length())));
          }
          return acknowledged.size() >= ENOUGH;
        });
  }
}

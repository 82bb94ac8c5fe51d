package io.longshore.loadtest;

import com.typesafe.config.ConfigFactory;
import io.longshore.node.Node;
import io.longshore.node.NodeSettings;
import io.longshore.node.cli.Pause;
import io.longshore.persistence.DatabaseSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A node of this process that is measured from within. */
final class BenchNode {
  private static final int COLLECTIONS = 3;

  private BenchNode() {}

  /**
   * Starts a node on free ports and returns when it is ready.
   *
   * @param settings beside those of the database
   * @param patience how long it may take
   */
  static Node start(DatabaseSettings database, Map<String, Object> settings, Duration patience)
      throws InterruptedException {
    Map<String, Object> flags = new HashMap<>(settings);
    flags.putIfAbsent("longshore.node.port", 0);
    flags.put("longshore.gateway.port", 0);
    flags.put("longshore.node.database.url", database.url());
    flags.put("longshore.node.database.user", database.user());
    flags.put("longshore.node.database.password", database.password());
    flags.put("longshore.node.database.connections", database.connections());
    Node node = Node.start(NodeSettings.load(flags, ConfigFactory.empty()));
    long until = System.nanoTime() + patience.toNanos();
    while (!node.health().ready().ready()) {
      if (System.nanoTime() > until) {
        String waitingFor = String.join(", ", node.health().ready().waitingFor());
        node.close();
        throw new IllegalStateException("The node is not ready: " + waitingFor);
      }
      Pause.real().of(Duration.ofMillis(10));
    }
    return node;
  }

  /** The bytes of the heap in use, after the garbage is collected. */
  static long usedHeap() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }
}

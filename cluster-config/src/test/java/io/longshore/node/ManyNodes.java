package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A PostgreSQL and what nodes on it have in common. */
final class ManyNodes implements AutoCloseable {
  /**
   * Nobody dies in these tests, but several nodes share a process, and it a machine that may be
   * busy otherwise: that one is silent for a while says nothing. And what nodes do every now and
   * then they do more often, so that nobody waits for it.
   */
  private static final Map<String, Object> PATIENT_AND_QUICK =
      Map.of(
          "pekko.cluster.failure-detector.acceptable-heartbeat-pause", "15 s",
          "longshore.ledger.partitions.reply-timeout", "20 s",
          "longshore.registry.partitions.reply-timeout", "20 s",
          "pekko.cluster.periodic-tasks-initial-delay", "100 ms",
          "pekko.cluster.gossip-interval", "100 ms",
          "pekko.cluster.leader-actions-interval", "100 ms",
          "pekko.cluster.seed-node-timeout", "2 s",
          "pekko.cluster.sharding.retry-interval", "200 ms",
          "longshore.persistence.rebalance-after", "1 s",
          "longshore.gateway.limits.acceptable-delay", "1 minute");

  private final EmbeddedPostgres postgres;

  ManyNodes() {
    try {
      postgres = EmbeddedPostgres.start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  /** A node's configuration: on this database, its HTTP on any port, and what more is said. */
  Config config(Map<String, ?> more) {
    Map<String, Object> flags = new HashMap<>();
    flags.put("longshore.gateway.port", 0);
    flags.put("longshore.node.database.url", url());
    flags.putAll(PATIENT_AND_QUICK);
    flags.putAll(more);
    return NodeSettings.load(flags, ConfigFactory.empty());
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

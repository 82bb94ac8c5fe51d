package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.Added;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL goes away under a node and comes back. Always a server of its own. */
class PostgresOutageTest {
  @TempDir Path directory;
  private EmbeddedPostgres postgres;
  private DatabaseSettings settings;

  @BeforeEach
  void startPostgres() throws IOException {
    postgres = start(0);
    settings = new DatabaseSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", 4);
  }

  @AfterEach
  void stopPostgres() throws IOException {
    postgres.close();
  }

  private EmbeddedPostgres start(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory.resolve("data"))
            .setCleanDataDirectory(false)
            .setServerConfig("synchronous_commit", "on");
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  @Test
  void when_it_restarts_under_load_then_the_node_goes_on_and_nothing_acknowledged_is_lost()
      throws IOException {
    Set<Long> acknowledged = new TreeSet<>();
    try (TestNode node =
            TestNode.start(settings, "longshore.persistence.partitions.reply-timeout = 1 s");
        Database database = Database.open(settings)) {
      long next = 0;
      for (; next < 100; next++) {
        acknowledged.add(node.reply(new Add(next)).number());
      }
      postgres.close();
      assertFalse(database.answers());
      assertInstanceOf(Answer.Indeterminate.class, node.outcome(new Add(next)));
      Answer<Added> later = node.outcome(new Add(next));
      while (later instanceof Answer.Indeterminate<Added>) {
        later = node.outcome(new Add(next));
      }
      assertInstanceOf(Answer.Unavailable.class, later);
      postgres = start(postgres.getPort());
      for (; next < 200; next++) {
        acknowledged.add(node.retry(new Add(next)).number());
      }
      assertTrue(database.answers());
      assertEquals(acknowledged, new TreeSet<>(node.contents().numbers()));
      assertEquals(new Added(200, true), node.reply(new Add(200)));
    }
  }

  @Test
  void when_the_network_swallows_connections_then_the_node_makes_new_ones() throws IOException {
    try (SwallowingProxy proxy = new SwallowingProxy(postgres.getPort())) {
      String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?socketTimeout=2";
      try (TestNode node =
          TestNode.start(
              new DatabaseSettings(url, "postgres", "", 2),
              "longshore.persistence.partitions.reply-timeout = 1 s")) {
        node.reply(new Add(1));
        proxy.swallow();
        assertInstanceOf(Answer.Indeterminate.class, node.outcome(new Add(2)));
        assertEquals(2, node.retry(new Add(2)).number());
        assertEquals(Set.of(1L, 2L), node.contents().numbers());
      }
    }
  }

  @Test
  void when_the_network_swallows_connections_then_the_archive_fails_and_makes_new_ones()
      throws IOException {
    Database.open(settings).close();
    try (SwallowingProxy proxy = new SwallowingProxy(postgres.getPort())) {
      String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?socketTimeout=2";
      try (Archive archive =
          Archive.open(
              new DatabaseSettings(url, "postgres", "", 2),
              new ArchiveSettings(1, 1, 10, Duration.ofSeconds(20)))) {
        assertEquals(false, TestNode.await(archive.discard("none").toCompletableFuture()));
        proxy.swallow();
        CompletableFuture<Boolean> swallowed = archive.discard("none").toCompletableFuture();
        assertThrows(CompletionException.class, swallowed::join);
        assertEquals(false, TestNode.await(archive.discard("none").toCompletableFuture()));
      }
    }
  }
}

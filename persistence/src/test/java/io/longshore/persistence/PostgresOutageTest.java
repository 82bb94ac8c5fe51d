package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Database.DatabaseException;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Recall;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL goes away under a node and comes back. Always a server of its own. */
class PostgresOutageTest {
  private static final int MAX_CONNECTIONS = 20;
  @TempDir Path directory;
  private EmbeddedPostgres postgres;
  private DatabaseSettings settings;

  @BeforeEach
  void startPostgres() throws IOException {
    postgres = start(freePort());
    settings = new DatabaseSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", 4);
  }

  @AfterEach
  void stopPostgres() throws IOException {
    postgres.close();
  }

  private EmbeddedPostgres start(int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false)
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", Integer.toString(MAX_CONNECTIONS))
        .setPort(port)
        .start();
  }

  /** Below those that the system gives to whoever connects: nobody else has it in the meantime. */
  private static int freePort() {
    for (int port = ThreadLocalRandom.current().nextInt(15_000, 30_000); ; port++) {
      try (ServerSocket free = new ServerSocket(port)) {
        return free.getLocalPort();
      } catch (IOException taken) {
        // the next one may be free
      }
    }
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
        acknowledged.add(node.retry(new Add(next)).number());
      }
      postgres.close();
      assertFalse(answers(database));
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
      Await.until("the database answers", () -> answers(database));
      assertEquals(acknowledged, new TreeSet<>(node.retry(new Recall()).numbers()));
      assertEquals(200, node.retry(new Add(200)).number());
    }
  }

  @Test
  void when_it_takes_no_more_connections_then_nodes_go_on_and_one_that_starts_is_to_wait()
      throws SQLException {
    try (TestNode node = TestNode.start(settings)) {
      node.reply(new Add(1));
      Deque<Connection> others = new ArrayDeque<>();
      try {
        SQLException full = null;
        while (full == null && others.size() <= MAX_CONNECTIONS) {
          try {
            others.add(TestDatabase.connect(settings));
          } catch (SQLException e) {
            full = e;
          }
        }
        assertNotNull(full);
        assertEquals(2, node.reply(new Add(2)).number());
        DatabaseException refused =
            assertThrows(DatabaseException.class, () -> Database.open(settings));
        assertTrue(refused.mayPass(), refused::toString);
        assertTrue(
            String.valueOf(refused.getMessage()).contains("too many clients"), refused::toString);
      } finally {
        for (Connection other : others) {
          other.close();
        }
      }
      Await.until("there is room for one more", this::opens);
    }
  }

  private boolean opens() {
    try (Database database = Database.open(settings)) {
      return answers(database);
    } catch (DatabaseException stillFull) {
      return false;
    }
  }

  private static boolean answers(Database database) {
    return database.ahead(Clock.systemUTC()).isPresent();
  }

  @Test
  void when_the_network_swallows_connections_then_the_node_makes_new_ones() throws IOException {
    try (SwallowingProxy proxy = new SwallowingProxy(postgres.getPort())) {
      Database.open(settings).close();
      String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?socketTimeout=2";
      try (TestNode node =
          TestNode.start(
              new DatabaseSettings(url, "postgres", "", 2),
              "longshore.persistence.partitions.reply-timeout = 1 s")) {
        node.retry(new Add(1));
        proxy.swallow();
        assertInstanceOf(Answer.Indeterminate.class, node.outcome(new Add(2)));
        assertEquals(2, node.retry(new Add(2)).number());
        assertEquals(Set.of(1L, 2L), node.retry(new Recall()).numbers());
      }
    }
  }

  @Test
  void when_the_network_swallows_connections_then_the_database_does_not_answer_and_soon_does_again()
      throws IOException {
    try (SwallowingProxy proxy = new SwallowingProxy(postgres.getPort())) {
      String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres";
      try (Database database = Database.open(new DatabaseSettings(url, "postgres", "", 2))) {
        assertTrue(answers(database));
        proxy.swallow();
        // The pool would wait for half a minute.
        boolean answered =
            assertTimeoutPreemptively(Duration.ofSeconds(15), () -> answers(database));
        assertFalse(answered);
        Await.until("the pool has a new connection", () -> answers(database));
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

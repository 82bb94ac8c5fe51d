package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.longshore.persistence.Database.DatabaseException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Opening, schema and pinned values, on every database. */
@ParameterizedClass
@EnumSource
class DatabaseTest {
  private final TestDatabase kind;
  @TempDir Path directory;
  private DatabaseSettings settings;

  DatabaseTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void makeDatabase() {
    settings = kind.fresh(directory);
  }

  @Test
  void when_opened_then_the_schema_is_there_and_it_answers() {
    try (Database database = Database.open(settings)) {
      assertEquals(0, TestDatabase.number(settings, "SELECT count(*) FROM event_journal"));
      assertEquals(0, TestDatabase.number(settings, "SELECT count(*) FROM snapshot"));
      assertTrue(database.ahead(Clock.systemUTC()).isPresent());
      assertEquals(settings, database.settings());
    }
  }

  @Test
  void when_a_clock_differs_from_the_databases_then_it_is_known_by_how_much() {
    try (Database database = Database.open(settings)) {
      Clock right = Clock.systemUTC();
      assertEquals(OptionalLong.of(0), database.ahead(right));
      long ahead = database.ahead(Clock.offset(right, Duration.ofHours(1))).getAsLong();
      assertTrue(ahead > 3_590_000 && ahead <= 3_600_000, () -> ahead + " ms");
      long behind = database.ahead(Clock.offset(right, Duration.ofHours(-1))).getAsLong();
      assertTrue(behind < -3_590_000 && behind >= -3_600_000, () -> behind + " ms");
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 12, 20, 0", "10, 10, 10, 0", "10, 7, 20, 3", "10, 25, 20, -5"})
  void when_the_question_took_a_while_then_only_what_is_certain_counts(
      long asked, long told, long answered, long ahead) {
    assertEquals(ahead, Database.ahead(asked, told, answered));
  }

  @Test
  void when_opened_again_then_what_was_kept_is_there() {
    try (Database database = Database.open(settings)) {
      database.pin("count", "16");
    }
    try (Database database = Database.open(settings)) {
      database.pin("count", "16");
      assertEquals(1, TestDatabase.number(settings, "SELECT count(*) FROM longshore_pinned"));
    }
  }

  @Test
  void when_two_nodes_open_it_at_once_then_both_can_use_it() {
    assumeTrue(kind == TestDatabase.POSTGRESQL, "one node alone can have an embedded database");
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (int round = 0; round < 3; round++) {
        DatabaseSettings fresh = kind.fresh(directory);
        CyclicBarrier together = new CyclicBarrier(2);
        List<CompletableFuture<Void>> nodes = new ArrayList<>();
        for (int node = 0; node < 2; node++) {
          nodes.add(CompletableFuture.runAsync(() -> openTogether(fresh, together), threads));
        }
        nodes.forEach(TestNode::await);
        assertEquals(1, TestDatabase.number(fresh, "SELECT count(*) FROM longshore_pinned"));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void openTogether(DatabaseSettings settings, CyclicBarrier together) {
    try {
      together.await(60, TimeUnit.SECONDS);
      try (Database database = Database.open(settings)) {
        together.await(60, TimeUnit.SECONDS);
        database.pin("count", "16");
        assertTrue(database.ahead(Clock.systemUTC()).isPresent());
      }
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void when_connected_to_postgresql_then_nothing_is_held_for_long_by_who_has_gone()
      throws SQLException {
    assumeTrue(kind == TestDatabase.POSTGRESQL);
    Map<String, String> expected = new TreeMap<>();
    expected.put("idle_in_transaction_session_timeout", "4s");
    expected.put("lock_timeout", "3s");
    expected.put("tcp_keepalives_idle", "5");
    expected.put("tcp_keepalives_interval", "2");
    expected.put("tcp_keepalives_count", "3");
    assertEquals(expected, parameters(settings, expected.keySet()));

    String options = "options=-c%20lock_timeout=9s%20-c%20tcp_keepalives_count=4";
    String more = settings.url() + (settings.url().contains("?") ? "&" : "?") + options;
    expected.put("lock_timeout", "9s");
    expected.put("tcp_keepalives_count", "4");
    assertEquals(
        expected,
        parameters(
            new DatabaseSettings(more, settings.user(), settings.password(), 1), expected.keySet()),
        "what the URL says stays");
  }

  private static Map<String, String> parameters(DatabaseSettings settings, Set<String> names)
      throws SQLException {
    Map<String, String> found = new TreeMap<>();
    try (HikariDataSource pool = new HikariDataSource(settings.pool("test", 1))) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        for (String name : names) {
          try (ResultSet rows = statement.executeQuery("SHOW " + name)) {
            rows.next();
            found.put(name, rows.getString(1));
          }
        }
      }
      assertEquals(
          0,
          TestDatabase.number(
              settings,
              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                  + " AND state LIKE 'idle in transaction%'"),
          "a pool leaves no transaction open");
    }
    return found;
  }

  @Test
  void when_a_value_is_pinned_then_no_other_is_taken() {
    try (Database database = Database.open(settings)) {
      database.pin("registry.partitions", "16");
      database.pin("ledger.partitions", "32");
      DatabaseException refused =
          assertThrows(DatabaseException.class, () -> database.pin("registry.partitions", "8"));
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains("registry.partitions = 16"), message);
      assertTrue(message.contains("says 8"), message);
      database.pin("registry.partitions", "16");
    }
  }

  @Test
  void when_a_value_cannot_be_kept_then_the_error_is_not_about_another_value() {
    try (Database database = Database.open(settings)) {
      DatabaseException refused =
          assertThrows(DatabaseException.class, () -> database.pin("n".repeat(200), "16"));
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith("Cannot read or write"),
          refused.getMessage());
    }
  }

  @Test
  void when_a_newer_version_has_upgraded_the_schema_then_this_one_does_not_touch_it() {
    Database.open(settings).close();
    TestDatabase.update(
        settings,
        "INSERT INTO \"longshore_schema_history\" SELECT \"installed_rank\" + 98, '99', 'tomorrow',"
            + " \"type\", 'V99__tomorrow.sql', 0, \"installed_by\", \"installed_on\", 0, true"
            + " FROM \"longshore_schema_history\" WHERE \"version\" = '1'");
    DatabaseException refused =
        assertThrows(DatabaseException.class, () -> Database.open(settings));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("newer version"), refused.getMessage());
  }

  @Test
  void when_the_tables_of_somebody_else_are_there_then_they_stay() {
    TestDatabase.update(settings, "CREATE TABLE somebody_elses (id INTEGER)");
    try (Database database = Database.open(settings)) {
      database.pin("count", "16");
    }
    assertEquals(0, TestDatabase.number(settings, "SELECT count(*) FROM somebody_elses"));
  }
}

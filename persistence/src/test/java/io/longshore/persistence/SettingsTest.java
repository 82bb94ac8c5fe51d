package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String DB = "pekko-persistence-jdbc.shared-databases.slick.db.";

  private static PartitionsSettings partitions(String override) {
    Config section = ConfigFactory.load().getConfig("longshore.persistence.partitions");
    return PartitionsSettings.from(ConfigFactory.parseString(override).withFallback(section));
  }

  @Test
  void when_nothing_is_configured_then_the_defaults_are_valid() {
    PartitionsSettings settings = partitions("");
    assertEquals(16, settings.count());
    assertEquals(1_000, settings.maxBatch());
    assertEquals(2 * 1024 * 1024, settings.maxBatchBytes());
    assertEquals(Duration.ofSeconds(5), settings.replyTimeout());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "count = 0 | partitions must be 1 to 4096, not 0",
        "count = 4097 | partitions must be 1 to 4096, not 4097",
        "role = \" \" | role",
        "tick = 9 ms | tick",
        "wake-interval = 99 ms | wake-interval",
        "snapshot.min-journal = 0 | snapshot.min-journal",
        "max-batch = 0 | max-batch",
        "max-batch-bytes = 1023 | max-batch-bytes",
        "max-batch-bytes = 2 GiB | max-batch-bytes",
        "max-in-flight = 999 | max-in-flight",
        "max-in-flight-bytes = 1 MiB | max-in-flight-bytes",
        "reply-timeout = 99 ms | reply-timeout",
      })
  void when_a_value_is_out_of_its_range_then_the_error_names_it(String override, String named) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> partitions(override)).getMessage();
    assertTrue(String.valueOf(message).startsWith("partitions." + named), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "postgresql://bob:secret@host/db", "jdbc:mysql://bob:secret@host/db"})
  void when_the_url_is_of_no_known_database_then_the_error_says_how_it_should_be(String url) {
    String message =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class, () -> new DatabaseSettings(url, "u", "p", 4))
                .getMessage());
    assertTrue(message.contains("jdbc:h2:") && message.contains("jdbc:postgresql:"), message);
    assertFalse(message.contains("secret"), message);
  }

  @Test
  void when_there_is_no_connection_then_it_is_refused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new DatabaseSettings("jdbc:postgresql://host/db", "u", "p", 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://host:5432/db",
        "jdbc:postgresql://host:5432/db?user=bob&password=secret",
        "jdbc:postgresql://bob:secret@host:5432/db",
      })
  void when_shown_then_no_password_is_in_it(String url) {
    DatabaseSettings settings = new DatabaseSettings(url, "bob", "secret", 4);
    assertEquals("jdbc:postgresql://host:5432/db", settings.location());
    assertEquals("DatabaseSettings[jdbc:postgresql://host:5432/db, user=bob]", settings.toString());
  }

  @Test
  void when_embedded_then_a_commit_is_written_at_once_and_nothing_keeps_the_file_open() {
    DatabaseSettings settings = DatabaseSettings.embedded("/data/longshore");
    assertTrue(settings.isEmbedded());
    assertEquals("h2", settings.kind());
    assertEquals("jdbc:h2:file:/data/longshore", settings.location());
    assertTrue(settings.url().contains("WRITE_DELAY=0"));
    assertFalse(settings.url().contains("DB_CLOSE_DELAY"));
    Config plugin = settings.toPluginConfig();
    assertEquals(settings.url(), plugin.getString(DB + "url"));
    assertEquals("org.h2.Driver", plugin.getString(DB + "driver"));
    assertFalse(plugin.hasPath(DB + "connectionInitSql"));
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://h/d, '?reWriteBatchedInserts=true&socketTimeout=30&tcpKeepAlive=true'",
    "jdbc:postgresql://h/d?ssl=true,"
        + " '&reWriteBatchedInserts=true&socketTimeout=30&tcpKeepAlive=true'",
    "jdbc:postgresql://h/d?socketTimeout=5, '&reWriteBatchedInserts=true&tcpKeepAlive=true'",
  })
  void when_on_postgresql_then_the_url_gets_what_it_does_not_say_itself(String url, String more) {
    Config plugin = new DatabaseSettings(url, "u", "p", 4).toPluginConfig();
    assertEquals(url + more, plugin.getString(DB + "url"));
  }

  @Test
  void when_on_postgresql_then_only_short_transactions_are_cut_short() {
    DatabaseSettings settings = new DatabaseSettings("jdbc:postgresql://host/db", "u", "p", 4);
    String begin = settings.toPluginConfig().getString(DB + "connectionInitSql");
    assertEquals(begin, settings.pool("pool", 1).getConnectionInitSql());
    assertTrue(begin.contains("lock_timeout") && begin.contains("tcp_keepalives_idle"), begin);
    String migrations = String.valueOf(settings.beginLong());
    assertTrue(migrations.contains("tcp_keepalives_idle"), migrations);
    assertFalse(migrations.contains("timeout"), migrations);
  }

  @Test
  void when_the_plugin_is_configured_then_it_has_as_many_threads_as_connections() {
    Config plugin = new DatabaseSettings("jdbc:postgresql://host/db", "u", "p", 7).toPluginConfig();
    assertEquals(7, plugin.getInt(DB + "numThreads"));
    assertEquals(7, plugin.getInt(DB + "maxConnections"));
    assertEquals("u", plugin.getString(DB + "user"));
    assertEquals("p", plugin.getString(DB + "password"));
  }
}

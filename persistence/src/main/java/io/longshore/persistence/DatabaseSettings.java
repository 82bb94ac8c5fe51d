package io.longshore.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.zaxxer.hikari.HikariConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which database keeps everything.
 *
 * @param url JDBC URL, {@code jdbc:h2:file:…} or {@code jdbc:postgresql://host:port/name}
 * @param user may be empty
 * @param password may be empty; never logged
 * @param connections most connections of the journal's pool
 */
public record DatabaseSettings(String url, String user, String password, int connections) {

  /**
   * Rows of one commit travel together. A connection that the network has swallowed is given up
   * after half a minute; it would else hold its thread until the system gives it up, for minutes or
   * for ever.
   */
  private static final List<String> POSTGRESQL_PARAMETERS =
      List.of("reWriteBatchedInserts=true", "socketTimeout=30", "tcpKeepAlive=true");

  /**
   * How long PostgreSQL keeps what belongs to a node that is stopped or has vanished: it ends a
   * transaction in which nothing happens, and a connection at whose other end nobody is. Else
   * whoever takes over a partition would wait for the key of a row that is never committed. Not by
   * the {@code options} of the URL, for poolers refuse those.
   */
  private static final Map<String, String> KEEP_ALIVE =
      Map.of(
          "tcp_keepalives_idle", "5",
          "tcp_keepalives_interval", "2",
          "tcp_keepalives_count", "3");

  private static final Map<String, String> SHORT_TRANSACTIONS =
      Map.of("idle_in_transaction_session_timeout", "4s", "lock_timeout", "3s");

  private static final long CONNECTION_TIMEOUT_MILLIS = 5_000;

  public DatabaseSettings {
    if (!url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "The database URL must start with jdbc:h2: or jdbc:postgresql:, for example"
              + " jdbc:postgresql://localhost:5432/longshore; user and password go beside it");
    }
    if (connections < 1) {
      throw new IllegalArgumentException("Database connections must be at least 1");
    }
  }

  /**
   * An H2 database in one file, durable against a killed process: H2's default delays writes after
   * a commit has returned. It writes no trace file: its errors come to those who call it, and where
   * the file cannot be written it would hide them.
   */
  public static DatabaseSettings embedded(String path) {
    return new DatabaseSettings(
        "jdbc:h2:file:"
            + path
            + ";DATABASE_TO_UPPER=false;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0",
        "sa",
        "",
        4);
  }

  /** Whether this is the embedded database, which only one node can use. */
  public boolean isEmbedded() {
    return url.startsWith("jdbc:h2:");
  }

  /** The URL without its parameters and its user, which may hold secrets. */
  public String location() {
    return url.replaceFirst("[?;].*", "").replaceFirst("//.*@", "//");
  }

  /** {@code h2} or {@code postgresql}: the name of the folder of its migrations. */
  public String kind() {
    return isEmbedded() ? "h2" : "postgresql";
  }

  /** What the journal plugin needs to know of it, to be laid over {@code journal.conf}. */
  public Config toPluginConfig() {
    String db = "pekko-persistence-jdbc.shared-databases.slick.db.";
    Map<String, Object> keys = new HashMap<>();
    keys.putAll(
        Map.of(
            "pekko-persistence-jdbc.shared-databases.slick.profile",
            isEmbedded() ? "slick.jdbc.H2Profile$" : "slick.jdbc.PostgresProfile$",
            db + "url",
            pluginUrl(),
            db + "user",
            user,
            db + "password",
            password,
            db + "driver",
            isEmbedded() ? "org.h2.Driver" : "org.postgresql.Driver",
            db + "numThreads",
            connections,
            db + "maxConnections",
            connections,
            db + "minConnections",
            connections));
    String begin = beginShort();
    if (begin != null) {
      keys.put(db + "connectionInitSql", begin);
    }
    return ConfigFactory.parseMap(keys);
  }

  /** The database that a configuration made by {@link #toPluginConfig} names. */
  static DatabaseSettings ofPluginConfig(Config config) {
    Config db = config.getConfig("pekko-persistence-jdbc.shared-databases.slick.db");
    return new DatabaseSettings(
        db.getString("url"),
        db.getString("user"),
        db.getString("password"),
        db.getInt("maxConnections"));
  }

  /**
   * A pool of connections beside the journal's, none of them opened before it is needed, each in
   * transactions that its user commits.
   */
  HikariConfig pool(String name, int most) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(pluginUrl());
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(most);
    config.setMinimumIdle(0);
    config.setPoolName(name);
    config.setAutoCommit(false);
    config.setConnectionInitSql(beginShort());
    // Or what the pool asks by itself would begin a transaction that nobody ends.
    config.setIsolateInternalQueries(true);
    config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
    config.setInitializationFailTimeout(-1);
    return config;
  }

  /** The URL with what long-lived connections need. */
  String pluginUrl() {
    if (isEmbedded()) {
      return url;
    }
    StringBuilder all = new StringBuilder(url);
    for (String parameter : POSTGRESQL_PARAMETERS) {
      String name = parameter.substring(0, parameter.indexOf('=') + 1);
      if (!url.contains(name)) {
        all.append(all.indexOf("?") < 0 ? '?' : '&').append(parameter);
      }
    }
    return all.toString();
  }

  /** What a connection of short transactions begins with; null if there is nothing. */
  private @Nullable String beginShort() {
    Map<String, String> all = new TreeMap<>(KEEP_ALIVE);
    all.putAll(SHORT_TRANSACTIONS);
    return begin(all);
  }

  /** What a connection begins with whose transactions may take long; null if there is nothing. */
  @Nullable String beginLong() {
    return begin(KEEP_ALIVE);
  }

  /** Leaves alone what was set for this URL, user or database. */
  private @Nullable String begin(Map<String, String> parameters) {
    if (isEmbedded()) {
      return null;
    }
    String values =
        new TreeMap<>(parameters)
            .entrySet().stream()
                .map(one -> "('" + one.getKey() + "', '" + one.getValue() + "')")
                .collect(Collectors.joining(", "));
    return "SELECT set_config(name, ours.setting, false) FROM (VALUES "
        + values
        + ") AS ours (name, setting) JOIN pg_catalog.pg_settings AS theirs USING (name)"
        + " WHERE theirs.source NOT IN ('client', 'user', 'database', 'database user')";
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + location() + ", user=" + user + "]";
  }
}

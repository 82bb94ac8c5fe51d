package io.longshore.loadtest;

import io.longshore.persistence.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A PostgreSQL server of our own, as durable as one in production: the library that brings it turns
 * off what makes a commit survive a power cut.
 */
final class PostgresServer implements AutoCloseable {
  /** What a commit's durability rests on. */
  static final Map<String, String> DURABLE =
      Map.of("fsync", "on", "full_page_writes", "on", "synchronous_commit", "on");

  private static final int CONNECTIONS = 4;
  private final Path data;
  private final int port;
  private EmbeddedPostgres server;

  private PostgresServer(Path data, EmbeddedPostgres server) {
    this.data = data;
    this.server = server;
    this.port = server.getPort();
  }

  /** Starts one on an empty directory and on a port that stays its own while it is stopped. */
  static PostgresServer start(Path data) {
    PostgresServer started = new PostgresServer(data, launch(data, FreePorts.one()));
    DURABLE.forEach(
        (name, wanted) -> {
          String is = RawJournal.query(started.settings(), "SHOW " + name);
          if (!is.equals(wanted)) {
            started.close();
            throw new IllegalStateException("PostgreSQL runs with " + name + " = " + is);
          }
        });
    return started;
  }

  private static EmbeddedPostgres launch(Path data, int port) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPort(port);
    DURABLE.forEach(builder::setServerConfig);
    try {
      return builder.start();
    } catch (IOException | IllegalStateException e) {
      throw new IllegalStateException(
          "Cannot start a PostgreSQL server on this platform ("
              + e.getMessage()
              + "). Name one that runs with --db-url jdbc:postgresql://host:port/name, or use"
              + " --db h2.",
          e);
    }
  }

  /** How to reach it; the same after it was stopped and started again. */
  DatabaseSettings settings() {
    return new DatabaseSettings(
        "jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "", CONNECTIONS);
  }

  /** Stops it: connections break, commits under way are lost. */
  void stop() throws IOException {
    server.close();
  }

  /** Starts it again on the same data and the same port. */
  void startAgain() {
    server = launch(data, port);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL could not be stopped", e);
    }
  }
}

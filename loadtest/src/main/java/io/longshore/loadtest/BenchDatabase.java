package io.longshore.loadtest;

import io.longshore.persistence.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A database to measure on, empty at first and thrown away at last unless it is somebody's own. */
final class BenchDatabase implements AutoCloseable {
  private final DatabaseSettings settings;
  private final @Nullable Path directory;
  private final @Nullable PostgresServer server;

  private BenchDatabase(
      DatabaseSettings settings, @Nullable Path directory, @Nullable PostgresServer server) {
    this.settings = settings;
    this.directory = directory;
    this.server = server;
  }

  /** Which databases a run goes through, one after the other. */
  enum Kind {
    /** The embedded one. */
    H2,
    /** A server started for the run. */
    POSTGRESQL,
    /** First the one, then the other. */
    BOTH;

    /** The kinds it stands for. */
    List<Kind> each() {
      return this == BOTH ? List.of(H2, POSTGRESQL) : List.of(this);
    }
  }

  /** A new one in a temporary directory. */
  static BenchDatabase start(Kind kind) throws IOException {
    Path directory = Files.createTempDirectory("longshore-" + kind.name().toLowerCase(Locale.ROOT));
    if (kind == Kind.H2) {
      String file = directory.resolve("longshore").toString();
      return new BenchDatabase(DatabaseSettings.embedded(file), directory, null);
    }
    PostgresServer server = PostgresServer.start(directory.resolve("data"));
    return new BenchDatabase(server.settings(), directory, server);
  }

  /** One that runs already, and should be empty. */
  static BenchDatabase at(DatabaseSettings settings) {
    return new BenchDatabase(settings, null, null);
  }

  /** How to reach it. */
  DatabaseSettings settings() {
    return settings;
  }

  /** The server that was started for the run. */
  PostgresServer startedServer() {
    if (server == null) {
      throw new IllegalStateException("Only a server of our own can be stopped");
    }
    return server;
  }

  /** What says how durable its commits are, as the server itself tells. */
  Map<String, String> durability() {
    Map<String, String> facts = new LinkedHashMap<>();
    if (settings.isEmbedded()) {
      facts.put("H2", RawJournal.query(settings, "SELECT H2VERSION()") + ", WRITE_DELAY=0");
      return facts;
    }
    for (String name : PostgresServer.DURABLE.keySet()) {
      facts.put("PostgreSQL " + name, RawJournal.query(settings, "SHOW " + name));
    }
    facts.put("PostgreSQL", RawJournal.query(settings, "SHOW server_version"));
    return facts;
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
    }
    if (directory != null) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}

package io.longshore.loadtest;

import io.longshore.persistence.DatabaseSettings;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a benchmark that may run on a database of the user's own. */
final class BenchDatabaseOptions {
  private static final int CONNECTIONS = 4;

  @Option(
      names = "--db-url",
      description = "An empty database to use instead: jdbc:postgresql://host:port/name.")
  @Nullable String url;

  @Option(names = "--db-user", description = "Its user (default ${DEFAULT-VALUE}).")
  String user = "postgres";

  @Option(names = "--db-password", description = "The user's password.")
  String password = "";

  /** What is measured on one database. */
  @FunctionalInterface
  interface Run {
    void on(BenchDatabase database) throws InterruptedException;
  }

  /** Runs it on the user's database, or else on a new one of each kind. */
  void each(BenchDatabase.Kind kinds, Run run) throws IOException, InterruptedException {
    if (url != null) {
      try (BenchDatabase database =
          BenchDatabase.at(new DatabaseSettings(url, user, password, CONNECTIONS))) {
        run.on(database);
      }
      return;
    }
    for (BenchDatabase.Kind kind : kinds.each()) {
      try (BenchDatabase database = BenchDatabase.start(kind)) {
        run.on(database);
      }
    }
  }
}

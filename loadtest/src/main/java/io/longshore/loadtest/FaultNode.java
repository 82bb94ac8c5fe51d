package io.longshore.loadtest;

import io.longshore.persistence.DatabaseSettings;
import java.util.List;

/** A node process that is killed and started again on the same database, each time elsewhere. */
final class FaultNode implements AutoCloseable {
  private final DatabaseSettings database;
  private final List<String> options;
  private JavaProcess.Running running;
  private volatile LoadClient client;

  /** Starts it and returns once it listens. */
  FaultNode(DatabaseSettings database, List<String> options) throws InterruptedException {
    this.database = database;
    this.options = List.copyOf(options);
    running = JavaProcess.startNode(database, options);
    client = new LoadClient(running.url());
  }

  /** Talks to the present process, or to the last one while there is none. */
  LoadClient client() {
    return client;
  }

  /** Kills it with SIGKILL. */
  void kill() throws InterruptedException {
    running.process().kill();
    running.close();
  }

  /** Starts it again after {@link #kill}; returns once it listens. */
  void startAgain() throws InterruptedException {
    running = JavaProcess.startNode(database, options);
    client = new LoadClient(running.url());
  }

  @Override
  public void close() {
    running.close();
  }
}

package io.longshore.loadtest;

import io.longshore.coordinator.Tasks;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client process does over HTTP; tasks are canceled in between inside the node's process.
 */
final class ClientProcess implements Measurement {
  private static final int PATIENCE_SECONDS = 120;
  private final String name;
  private final @Nullable Tasks tasks;
  private final JavaProcess client;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> accepted = new ArrayList<>();

  /**
   * Starts the client.
   *
   * @param tasks where accepted tasks are canceled; null if the server keeps none
   * @param what options of {@link HttpClientCommand} beside the server
   */
  ClientProcess(String name, URI server, @Nullable Tasks tasks, List<String> what) {
    this(name, List.of(server.toString()), tasks, what);
  }

  /** Starts a client of several nodes of one cluster. */
  static ClientProcess ofCluster(String name, List<String> servers, List<String> what) {
    return new ClientProcess(name, servers, null, what);
  }

  private ClientProcess(
      String name, List<String> servers, @Nullable Tasks tasks, List<String> what) {
    this.name = name;
    this.tasks = tasks;
    List<String> arguments =
        new ArrayList<>(List.of("loadtest", "http-client", "--url=" + String.join(",", servers)));
    arguments.addAll(what);
    client =
        JavaProcess.start(
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            LoadtestMain.class.getName(),
            arguments,
            lines::add);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    client.tell(Long.toString(length.toMillis()));
    String first = line();
    try {
      Slice slice = HttpClientCommand.read(first);
      for (String id : line().split(",", -1)) {
        if (!id.isEmpty()) {
          accepted.add(id);
        }
      }
      return slice;
    } catch (RuntimeException e) {
      throw new IllegalStateException("The client process has failed: " + first, e);
    }
  }

  private String line() throws InterruptedException {
    String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new IllegalStateException("The client process says nothing");
    }
    return line;
  }

  @Override
  public void tidy() throws InterruptedException {
    if (tasks != null) {
      Submits.cancel(tasks, accepted);
    }
    accepted.clear();
  }

  @Override
  public void close() {
    client.close();
  }
}

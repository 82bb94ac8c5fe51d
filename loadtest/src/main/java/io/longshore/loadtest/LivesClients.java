package io.longshore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Whole lives on several clusters, shared out evenly, each by a client process of its own. */
final class LivesClients implements AutoCloseable {
  private static final int CONNECTIONS = 32;
  private static final int AGENTS = 400;
  private static final int INPUT_BYTES = 200;
  private final List<ClientProcess> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * Starts the clients.
   *
   * @param batch tasks a submission
   * @param rate lives a second in all; 0 for as many as they can
   */
  LivesClients(List<BenchCluster> clusters, int batch, int rate) {
    int count = clusters.size();
    for (BenchCluster cluster : clusters) {
      clients.add(
          ClientProcess.ofCluster(
              "lives",
              cluster.urls(),
              List.of(
                  "--connections=" + Math.max(1, CONNECTIONS / count),
                  "--batch=" + batch,
                  "--agents=" + AGENTS / count,
                  "--rate=" + rate / count,
                  "--input-bytes=" + INPUT_BYTES)));
    }
  }

  /** All work for so long at the same time; what they did together. */
  Slice run(Duration length) throws InterruptedException {
    List<Callable<Slice>> work = new ArrayList<>();
    clients.forEach(client -> work.add(() -> client.run(length)));
    return Slice.together(threads.invokeAll(work));
  }

  @Override
  public void close() {
    clients.forEach(ClientProcess::close);
    threads.shutdown();
  }
}

package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Connects many agents to one node and looks at its memory and at the times of messages. */
final class ConnectedBench {
  private static final int PATIENCE_SECONDS = 120;
  private static final int PIPELINE = 64;

  /** What a busy node asks for at least. */
  private static final Duration BEFORE_AGAIN = Duration.ofSeconds(1);

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Longer than a mailbox stays whose agent has left, and metrics take to tell. */
  private static final Duration PASSIVATES_WITHIN = Duration.ofMinutes(8);

  /** Longer than metrics take to tell. */
  private static final Duration METRICS_WITHIN = Duration.ofSeconds(15);

  private final Options options;
  private final Consumer<String> progress;
  private final Report report;
  private final List<Comparison.Row> rows = new ArrayList<>();

  /**
   * What is measured.
   *
   * @param agents that connect
   * @param registered in all, at last
   * @param rate messages a second
   * @param heapMib of the node, at most
   * @param warmUpSeconds of messages that are not counted
   * @param seconds of messages that are
   */
  record Options(
      int agents, int registered, int rate, int heapMib, int warmUpSeconds, int seconds) {}

  ConnectedBench(Options options, Consumer<String> progress, Report report) {
    this.options = options;
    this.progress = progress;
    this.report = report;
  }

  /** Measures it all. */
  void run(BenchDatabase database) throws IOException, InterruptedException {
    List<String> java = new ArrayList<>(JavaProcess.serverOptions(options.heapMib()));
    java.addAll(JavaProcess.databaseOptions(database.settings()));
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    try (JavaProcess.Running node =
            JavaProcess.startNode(List.of("--cluster-port", "0"), java, line -> {});
        JavaProcess client =
            JavaProcess.start(
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                LoadtestMain.class.getName(),
                List.of(
                    "loadtest",
                    "connected-client",
                    "--url=" + node.url(),
                    "--agents=" + options.agents()),
                lines::add)) {
      NodeMemory memory = new NodeMemory(node);
      connected(node, client, lines, memory);
      passivating(node, client, memory);
      client.tell("tell");
      String[] last = said(lines, "seen");
      report.fact("then, messages sent meanwhile", last[1]);
      report.fact("then, messages not sent or sockets lost", last[4]);
      report.table(
          new Comparison(
              "Memory of the node after collecting garbage",
              List.of("heap in use, MiB", "resident, MiB", "mailboxes in memory"),
              rows,
              1));
    }
  }

  private void connected(
      JavaProcess.Running node, JavaProcess client, BlockingQueue<String> lines, NodeMemory memory)
      throws IOException, InterruptedException {
    row("nothing is there", memory.look());
    pipelined(node.url(), 0, options.agents(), ConnectedBench::registration);
    NodeMemory.Seen before = memory.look();
    row("%,d agents registered".formatted(options.agents()), before);
    long from = System.nanoTime();
    client.tell("connect");
    said(lines, "connected");
    report.fact("connecting took, seconds", (System.nanoTime() - from) / 1e9);
    awaitMailboxes(memory, options.agents(), METRICS_WITHIN);
    NodeMemory.Seen after = memory.look();
    row("%,d of them connected".formatted(options.agents()), after);
    report.fact(
        "heap a connected agent, bytes",
        (after.heapBytes() - before.heapBytes()) / options.agents());
    report.fact(
        "resident memory a connected agent, bytes",
        (after.residentBytes() - before.residentBytes()) / options.agents());
    client.tell("send " + options.rate());
    Pause.real().of(Duration.ofSeconds(options.warmUpSeconds()));
    client.tell("tell");
    said(lines, "seen");
    Pause.real().of(Duration.ofSeconds(options.seconds()));
    client.tell("tell");
    String[] seen = said(lines, "seen");
    report.fact("messages sent", seen[1]);
    report.fact("messages received", seen[2]);
    report.fact("messages refused", seen[3]);
    report.fact("messages not sent, or sockets lost", seen[4]);
    String[] names = {"p50", "p99", "p99.9", "max"};
    for (int i = 0; i < names.length; i++) {
      String name = "from due to the agent's socket, %s ms".formatted(names[i]);
      report.fact(name, Long.parseLong(seen[5 + i]) / 1e3);
    }
    row("messages went to all of them", memory.look());
  }

  private void passivating(JavaProcess.Running node, JavaProcess client, NodeMemory memory)
      throws IOException, InterruptedException {
    pipelined(node.url(), options.agents(), options.registered(), ConnectedBench::registration);
    row("%,d agents registered".formatted(options.registered()), memory.look());
    long from = System.nanoTime();
    pipelined(node.url(), options.agents(), options.registered(), ConnectedBench::message);
    pipelined(node.url(), options.agents(), options.registered(), ConnectedBench::receive);
    report.fact(
        "a message to and from each of the others, seconds", (System.nanoTime() - from) / 1e9);
    awaitMailboxes(memory, options.registered(), METRICS_WITHIN);
    row("each has read a message", memory.look());
    from = System.nanoTime();
    awaitMailboxes(memory, options.agents(), PASSIVATES_WITHIN);
    report.fact(
        "until all but the active had left memory, seconds", (System.nanoTime() - from) / 1e9);
    row("those that do nothing have left memory", memory.look());
    client.tell("send 0");
  }

  private void row(String name, NodeMemory.Seen seen) {
    rows.add(
        new Comparison.Row(
            name,
            List.of(
                seen.heapBytes() / 1048576.0, seen.residentBytes() / 1048576.0, seen.mailboxes()),
            new Histogram(2)));
    progress.accept("%s: %s".formatted(name, seen));
  }

  /** Waits until so many mailboxes are in memory, or as long as it may take. */
  private static void awaitMailboxes(NodeMemory memory, int count, Duration patience)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (memory.mailboxes() != count && System.nanoTime() < until) {
      Pause.real().of(LOOK);
    }
  }

  private static byte[] registration(int number) {
    byte[] body = "{\"capabilities\":[\"bench\"]}".getBytes(StandardCharsets.US_ASCII);
    return RawHttp.request("PUT", path(number), "application/json", body);
  }

  private static byte[] message(int number) {
    byte[] body = "1".getBytes(StandardCharsets.US_ASCII);
    return RawHttp.post(path(number) + "/messages", "application/json", body);
  }

  private static byte[] receive(int number) {
    byte[] body = "{\"waitSeconds\":0}".getBytes(StandardCharsets.US_ASCII);
    return RawHttp.post(path(number) + "/messages:receive", "application/json", body);
  }

  private static String path(int number) {
    return "/v1/agents/" + BenchAgents.id(number);
  }

  /** Whatever is refused because the node is busy is sent again when it was told to be. */
  private static void pipelined(String url, int from, int to, IntFunction<byte[]> request)
      throws IOException, InterruptedException {
    List<Integer> left = IntStream.range(from, to).boxed().toList();
    try (RawHttp http = new RawHttp(URI.create(url))) {
      while (!left.isEmpty()) {
        List<Integer> refused = new ArrayList<>();
        for (int first = 0; first < left.size(); first += PIPELINE) {
          List<Integer> some = left.subList(first, Math.min(left.size(), first + PIPELINE));
          for (int number : some) {
            http.send(request.apply(number));
          }
          http.flush();
          for (int number : some) {
            int status = http.receive().status();
            if (status == 429 || status == 503) {
              refused.add(number);
            } else if (status / 100 != 2) {
              throw new IOException("Agent %d: %d".formatted(number, status));
            }
          }
        }
        if (!refused.isEmpty()) {
          Pause.real().of(BEFORE_AGAIN);
        }
        left = refused;
      }
    }
  }

  private static String[] said(BlockingQueue<String> lines, String what)
      throws InterruptedException {
    String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (line == null || !line.startsWith(what)) {
      throw new IllegalStateException("The client process has failed: " + line);
    }
    return line.split(" ", -1);
  }
}

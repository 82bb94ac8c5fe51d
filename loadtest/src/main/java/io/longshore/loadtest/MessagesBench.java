package io.longshore.loadtest;

import io.longshore.node.Node;
import io.longshore.node.cli.Terminal;
import io.longshore.persistence.DatabaseSettings;
import io.longshore.registry.AgentRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Measures messages through a node in this process, each way beside what it is compared with. */
final class MessagesBench {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final int CONNECTIONS = 64;
  private static final int PIPELINED_CONNECTIONS = 8;
  private static final int PIPELINE = 16;
  private static final int BULK_CONNECTIONS = 4;
  private static final int BATCH = 1_000;
  private static final int MAILBOXES = 1_000;
  private static final int MAILBOX = 32;
  private static final int IN_FLIGHT = 8_192;
  private final Options options;
  private final Terminal terminal;
  private final Report report;

  MessagesBench(Options options, Terminal terminal, Report report) {
    this.options = options;
    this.terminal = terminal;
    this.report = report;
  }

  /** What can be measured. */
  enum Part {
    /** A message a request, each answered before the next. */
    REQUESTS,
    /** A message a request, 16 under way on a connection. */
    PIPELINED,
    /** 1,000 messages a request to 1,000 mailboxes, and out to their readers. */
    BULK,
    /** From one node into mailboxes of another, both in this process. */
    NODES
  }

  /**
   * What to measure and for how long.
   *
   * @param warmUpSeconds of each measurement, not counted
   * @param seconds of each measurement
   * @param bytes of each message's body
   * @param only which parts
   */
  record Options(int warmUpSeconds, int seconds, int bytes, Set<Part> only) {}

  /** Measures all parts. */
  void run(DatabaseSettings database) throws InterruptedException {
    try (Node node = BenchNode.start(database, Map.of(), START_PATIENCE)) {
      InetSocketAddress address = node.httpAddress().orElseThrow();
      URI base = URI.create("http://127.0.0.1:" + address.getPort());
      byte[] answer = answer(base);
      try (BareServer route = BareServer.routing(node.system(), answer);
          BareServer bare = BareServer.reading(node.system(), answer);
          BareServer parsing = BareServer.parsing(node.system());
          BareServer scanning = BareServer.scanning(node.system())) {
        if (wants(Part.REQUESTS)) {
          measure(
              "a message a request, %d connections".formatted(CONNECTIONS),
              client("bare route", route.uri(), CONNECTIONS, 0, 1, 0),
              client("bare server", bare.uri(), CONNECTIONS, 0, 1, 0),
              client("messages", base, CONNECTIONS, 0, 1, CONNECTIONS));
        }
        if (wants(Part.PIPELINED)) {
          int connections = PIPELINED_CONNECTIONS;
          measure(
              "a message a request, %d under way on each of %d connections"
                  .formatted(PIPELINE, connections),
              client("bare route", route.uri(), connections, 0, PIPELINE, 0),
              client("bare server", bare.uri(), connections, 0, PIPELINE, 0),
              client("messages", base, connections, 0, PIPELINE, connections));
        }
        if (wants(Part.BULK)) {
          measure(
              "1,000 messages a request to 1,000 mailboxes and out",
              client("parse only", parsing.uri(), BULK_CONNECTIONS, BATCH, 1, 0),
              client("scan only", scanning.uri(), BULK_CONNECTIONS, BATCH, 1, 0),
              client("messages", base, BULK_CONNECTIONS, BATCH, 1, MAILBOXES));
        }
      }
    }
  }

  /** Measures messages between two nodes; the first has no mailboxes of its own. */
  void nodes(DatabaseSettings database) throws InterruptedException {
    if (!wants(Part.NODES)) {
      return;
    }
    int port = FreePorts.one();
    Map<String, Object> settings =
        Map.of(
            "longshore.node.seeds",
            List.of("127.0.0.1:" + port),
            // Nobody reads: a full mailbox makes room. It is small, for what is measured is the way
            // to it, not a heap full of messages.
            "longshore.agents.messages.overflow",
            "drop-oldest",
            "longshore.agents.messages.capacity.normal",
            MAILBOX,
            RemoteTells.BINDING,
            "jackson-cbor",
            // A tell that finds the queue full is dropped, and nobody would hear of it.
            "pekko.remote.artery.advanced.outbound-message-queue-size",
            2 * IN_FLIGHT,
            "pekko.cluster.jmx.multi-mbeans-in-same-jvm",
            true);
    Map<String, Object> work = new HashMap<>(settings);
    work.put("longshore.node.port", port);
    work.put("longshore.node.roles", List.of("work"));
    Map<String, Object> gateway = new HashMap<>(settings);
    gateway.put("longshore.node.roles", List.of("gateway"));
    gateway.put("longshore.node.expected-members", 2);
    try (Node to = BenchNode.start(database, work, START_PATIENCE);
        Node from = BenchNode.start(database, gateway, START_PATIENCE)) {
      Registrations.all(from.registry(), 0, MAILBOXES, BATCH);
      RegistryBench.awaitKnown(from.registry().directory(), MAILBOXES);
      List<AgentRecord> agents = new ArrayList<>();
      for (int i = 0; i < MAILBOXES; i++) {
        agents.add(from.registry().directory().find(BenchAgents.id(i)).orElseThrow());
      }
      BenchInputs inputs = new BenchInputs(options.bytes());
      measure(
          "between two nodes, %,d in flight".formatted(IN_FLIGHT),
          new SingleDeliveries(from, agents, IN_FLIGHT, inputs),
          new RemoteTells(from, to, IN_FLIGHT, inputs),
          new RemoteMessages(from, agents, IN_FLIGHT, inputs));
    }
  }

  private boolean wants(Part part) {
    return options.only().contains(part);
  }

  private ClientProcess client(
      String name, URI server, int connections, int batch, int pipeline, int agents) {
    return new ClientProcess(
        name,
        server,
        null,
        List.of(
            "--messages",
            "--connections=" + connections,
            "--batch=" + batch,
            "--pipeline=" + pipeline,
            "--agents=" + agents,
            "--input-bytes=" + options.bytes()));
  }

  /** What the node answers to one accepted message: what the bare server answers as well. */
  private static byte[] answer(URI base) {
    try (RawHttp http = new RawHttp(base)) {
      byte[] agent = "{\"capabilities\":[\"bench\"]}".getBytes(StandardCharsets.US_ASCII);
      http.exchange(RawHttp.request("PUT", "/v1/agents/bench", "application/json", agent));
      byte[] message = "\"hello\"".getBytes(StandardCharsets.US_ASCII);
      RawHttp.Response answer =
          http.exchange(RawHttp.post("/v1/agents/bench/messages", "application/json", message));
      if (answer.status() != 202) {
        throw new IllegalStateException("The node answered " + answer.status());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException("The node does not answer", e);
    }
  }

  /** Measures these side by side; the last one is compared with those before. */
  private void measure(String title, Measurement... several) throws InterruptedException {
    List<Measurement> all = List.of(several);
    List<String> references =
        all.subList(0, all.size() - 1).stream().map(Measurement::name).toList();
    Rounds rounds = new Rounds(options.warmUpSeconds(), options.seconds(), () -> {});
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(rounds.slices(all.size()))
            .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
            .build()) {
      List<Measured> results =
          new ArrayList<>(rounds.run(all, name -> bar.step().setExtraMessage(name)));
      report.table(new MeasuredTable(title, results, references));
    } finally {
      all.forEach(Measurement::close);
    }
  }
}

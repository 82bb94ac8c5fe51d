package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import io.longshore.persistence.DatabaseSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one cluster, each a process of its own with a log of its own, and before them a balancer
 * that asks each for its health and sends requests only to those that are ready.
 */
final class FaultCluster implements AutoCloseable {
  /** What each node's Java may take: several share the machine. */
  private static final String HEAP = "-Xmx640m";

  private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(7);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final DatabaseSettings database;
  private final List<String> options;
  private final Path logs;
  private final List<Integer> ports;
  private final @Nullable Links links;
  private final List<FaultNode> nodes = new CopyOnWriteArrayList<>();
  private final Pause pause = Pause.real();
  private final ClusterWatch watch;

  /**
   * A cluster without nodes yet.
   *
   * @param size the most nodes that it may get
   * @param options of the nodes' Java
   * @param logs a directory for what the nodes print
   * @param apart whether each direction between nodes can be cut
   */
  FaultCluster(DatabaseSettings database, int size, List<String> options, Path logs, boolean apart)
      throws IOException {
    this.database = database;
    this.options = List.copyOf(options);
    this.logs = Files.createDirectories(logs);
    this.ports = FreePorts.pairs(size);
    this.links = apart ? new Links(ports) : null;
    this.watch = new ClusterWatch(nodes, ports);
  }

  /** Starts so many nodes at once, which find each other; returns once all are ready. */
  void start(int count, Duration patience) throws InterruptedException {
    List<Thread> starters = new ArrayList<>();
    FaultNode[] started = new FaultNode[count];
    for (int i = 0; i < count; i++) {
      int number = i;
      Thread starter = new Thread(() -> started[number] = startOne(number, count));
      starter.start();
      starters.add(starter);
    }
    for (Thread starter : starters) {
      starter.join();
    }
    for (FaultNode node : started) {
      if (node == null) {
        throw new IllegalStateException("A node did not start; " + logs + " says why");
      }
      nodes.add(node);
    }
    awaitReady(patience);
  }

  /** Starts one more; returns once all are ready. */
  FaultNode join(Duration patience) throws InterruptedException {
    FaultNode node = startOne(nodes.size(), nodes.size());
    if (node == null) {
      throw new IllegalStateException("The node did not start; " + logs + " says why");
    }
    nodes.add(node);
    awaitReady(patience);
    return node;
  }

  private @Nullable FaultNode startOne(int number, int seeds) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--cluster-port",
                "" + ports.get(number),
                "--expect-members",
                "" + (seeds / 2 + 1)));
    for (int seed = 0; seed < Math.min(seeds, 3); seed++) {
      arguments.add("--seed");
      arguments.add(host(seed) + ":" + ports.get(seed));
    }
    String name = "node-" + (number + 1);
    try {
      List<String> java = new ArrayList<>(List.of(HEAP));
      java.addAll(JavaProcess.databaseOptions(database));
      if (links != null) {
        java.addAll(links.options(number));
      }
      java.addAll(options);
      PrintWriter log = new PrintWriter(Files.newBufferedWriter(logs.resolve(name + ".log")), true);
      return new FaultNode(name, arguments, java, CLIENT_TIMEOUT, log::println);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (IllegalStateException doesNotStart) {
      return null; // the log has what it said
    }
  }

  private static String host(int node, boolean apart) {
    return apart ? Links.host(node) : "127.0.0.1";
  }

  private String host(int node) {
    return host(node, links != null);
  }

  /** All nodes, in the order in which they were first started. */
  List<FaultNode> nodes() {
    return nodes;
  }

  /** The network between them. */
  Links links() {
    if (links == null) {
      throw new IllegalStateException("These nodes have no links of their own");
    }
    return links;
  }

  /** What can be seen of them from outside. */
  ClusterWatch watch() {
    return watch;
  }

  /** A ready node for each turn; any if none is ready. */
  LoadClient next(int turn) {
    List<FaultNode> ready = nodes.stream().filter(FaultNode::isInRotation).toList();
    if (ready.isEmpty()) {
      ready = nodes;
    }
    return ready.get(Math.floorMod(turn, ready.size())).client();
  }

  /** The processor time that the processes of all nodes have taken so far. */
  Duration cpu() {
    return nodes.stream().map(FaultNode::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  /** What of it they have spent on compiling. */
  Duration compiling() {
    return nodes.stream().map(FaultNode::compiling).reduce(Duration.ZERO, Duration::plus);
  }

  /** How often nodes ended by themselves. */
  int ownEnds() {
    return nodes.stream().mapToInt(FaultNode::ownEnds).sum();
  }

  /** Waits until all are ready and see all of them up and reachable. */
  void awaitReady(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (!watch.isWhole()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "The nodes are not together within " + patience + "; " + logs + " says why");
      }
      pause.of(LOOK);
    }
  }

  @Override
  public void close() {
    watch.close();
    List<Thread> closers = new ArrayList<>();
    for (FaultNode node : nodes) {
      Thread closer = new Thread(node::close);
      closer.start();
      closers.add(closer);
    }
    try {
      for (Thread closer : closers) {
        closer.join();
      }
      if (links != null) {
        links.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes of one cluster in this process, on a PostgreSQL of their own. */
final class TestCluster implements AutoCloseable {
  private static final int MOST = 4;
  private final ManyNodes many = new ManyNodes();
  private final List<Integer> ports;
  private final List<String> seeds;
  private final List<Node> nodes = new ArrayList<>();
  private int started;

  private TestCluster(int seedNodes) {
    this.ports = Ports.free(MOST);
    this.seeds = ports.subList(0, seedNodes).stream().map(port -> "127.0.0.1:" + port).toList();
  }

  /** Starts so many nodes, and returns when all are ready. */
  static TestCluster start(int size) {
    TestCluster cluster = new TestCluster(size);
    for (int i = 0; i < size; i++) {
      cluster.startNode();
    }
    cluster.awaitReady();
    return cluster;
  }

  private Node startNode() {
    Node node =
        Node.start(
            many.config(
                Map.of(
                    "longshore.node.port", ports.get(started++),
                    "longshore.node.seeds", seeds,
                    "longshore.node.expected-members", seeds.size())));
    nodes.add(node);
    return node;
  }

  /** Starts one more, and returns when all are ready. */
  Node join() {
    Node node = startNode();
    awaitReady();
    return node;
  }

  private void awaitReady() {
    nodes.forEach(node -> Api.of(node).awaitReady());
    for (Node node : nodes) {
      Api.await(
          "every node sees all",
          () -> Api.of(node).get("/v1/cluster").body().path("members").size() == nodes.size());
    }
    assertEquals(started, nodes.size());
  }

  /** All that run; one that is taken out of the list is not closed with the others. */
  List<Node> nodes() {
    return nodes;
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    many.close();
  }
}

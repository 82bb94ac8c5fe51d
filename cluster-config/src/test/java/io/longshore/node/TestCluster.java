package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes of one cluster in this process, on a PostgreSQL of their own. */
final class TestCluster implements AutoCloseable {
  private static final int MOST = 4;
  private final EmbeddedPostgres postgres;
  private final List<Integer> ports;
  private final List<String> seeds;
  private final List<Node> nodes = new ArrayList<>();
  private int started;

  private TestCluster(EmbeddedPostgres postgres, int seedNodes) throws IOException {
    this.postgres = postgres;
    this.ports = freePorts();
    this.seeds = ports.subList(0, seedNodes).stream().map(port -> "127.0.0.1:" + port).toList();
  }

  /** Starts so many nodes, and returns when all are ready. */
  static TestCluster start(int size) throws IOException {
    TestCluster cluster = new TestCluster(EmbeddedPostgres.start(), size);
    for (int i = 0; i < size; i++) {
      cluster.startNode();
    }
    cluster.awaitReady();
    return cluster;
  }

  private static List<Integer> freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      sockets.add(new ServerSocket(0));
    }
    List<Integer> ports = new ArrayList<>();
    for (ServerSocket socket : sockets) {
      ports.add(socket.getLocalPort());
      socket.close();
    }
    return ports;
  }

  private Node startNode() {
    Node node =
        Node.start(
            NodeSettings.load(
                Map.of(
                    "longshore.gateway.port", 0,
                    "longshore.node.port", ports.get(started++),
                    "longshore.node.seeds", seeds,
                    "longshore.node.expected-members", seeds.size(),
                    "longshore.node.database.url", postgres.getJdbcUrl("postgres", "postgres")),
                ConfigFactory.empty()));
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
  public void close() throws IOException {
    nodes.forEach(Node::close);
    postgres.close();
  }
}

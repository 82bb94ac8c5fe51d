package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that know each other by one DNS name only. */
class OneClusterTest {
  private static final Address A = AddressFromURIString.parse("pekko://longshore@10.0.0.1:25520");
  private static final Address B = AddressFromURIString.parse("pekko://longshore@10.0.0.2:25520");
  private final List<Node> nodes = new ArrayList<>();
  private final ManyNodes many = new ManyNodes();

  @AfterEach
  void stop() {
    nodes.forEach(Node::close);
    many.close();
  }

  @Test
  void when_a_node_may_begin_a_cluster_then_it_is_first_and_else_it_only_joins_others() {
    assertEquals(List.of(B, A), OneCluster.order(B, List.of(A, B), true));
    assertEquals(List.of(A), OneCluster.order(B, List.of(A, B, A), false));
    assertEquals(List.of(), OneCluster.order(B, List.of(B), false));
    assertEquals(List.of(B), OneCluster.order(B, List.of(), true));
  }

  @Test
  void when_a_name_resolves_then_its_addresses_come_in_order_with_the_port() {
    assertTrue(Seeds.lookUp("localhost:25520").contains("127.0.0.1:25520"));
    assertEquals(List.of(), Seeds.lookUp("no-such-host.invalid:25520"));
  }

  /** Each sees another part of the name's addresses at first, as when a service comes up. */
  @Test
  void when_all_start_at_once_and_see_different_parts_then_there_is_one_cluster() {
    assumeTrue(Ports.severalAddresses(), "This system has no address 127.0.0.2");
    int port = Ports.free(1).get(0);
    List<String> hosts = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    List<String> all = hosts.stream().map(host -> host + ":" + port).toList();
    List<CompletableFuture<Node>> starting = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      String self = all.get(i);
      String host = hosts.get(i);
      AtomicInteger looks = new AtomicInteger();
      starting.add(
          CompletableFuture.supplyAsync(
              () ->
                  Node.start(
                      many.config(
                          Map.of(
                              "longshore.node.host",
                              host,
                              "longshore.node.port",
                              port,
                              "longshore.node.seed-dns",
                              "nodes:" + port,
                              "longshore.node.expected-members",
                              3)),
                      name ->
                          switch (looks.getAndIncrement()) {
                            case 0 -> List.of();
                            case 1, 2 -> List.of(self);
                            default -> all;
                          })));
    }
    starting.forEach(each -> nodes.add(each.join()));

    nodes.forEach(node -> Api.of(node).awaitReady());

    Set<String> leaders = new HashSet<>();
    for (Node node : nodes) {
      Api.Answer cluster = Api.of(node).get("/v1/cluster");
      assertEquals(3, cluster.body().path("members").size(), cluster.toString());
      leaders.add(cluster.text("leader"));
    }
    assertEquals(1, leaders.size(), leaders.toString());
  }
}

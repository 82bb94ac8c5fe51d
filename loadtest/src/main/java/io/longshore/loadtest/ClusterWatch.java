package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Looks at the nodes of a cluster from outside, again and again, as a balancer does. */
final class ClusterWatch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(1);

  /** A node that is asked for the cluster asks the others. */
  private static final Duration VIEW_TIMEOUT = Duration.ofSeconds(4);

  private final List<FaultNode> nodes;
  private final List<Integer> ports;
  private final Pause pause = Pause.real();
  private final AtomicInteger unreachable = new AtomicInteger();
  private volatile boolean closed;

  /**
   * Begins to look.
   *
   * @param nodes may become more
   * @param ports where each of them is reached by the others
   */
  ClusterWatch(List<FaultNode> nodes, List<Integer> ports) {
    this.nodes = nodes;
    this.ports = ports;
    Thread balancer = new Thread(this::balance, "balancer");
    balancer.setDaemon(true);
    balancer.start();
  }

  /** How often one node was seen to take another for unreachable. */
  int unreachable() {
    return unreachable.get();
  }

  private void balance() {
    try {
      while (!closed) {
        nodes.forEach(node -> node.found(isReady(node)));
        pause.of(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isReady(FaultNode node) {
    return read(node, "/health/ready", LOOK_TIMEOUT) != null;
  }

  private static @Nullable JsonNode view(FaultNode node) {
    return read(node, "/v1/cluster", VIEW_TIMEOUT);
  }

  private static @Nullable JsonNode read(FaultNode node, String path, Duration timeout) {
    try {
      LoadClient.Answer answer =
          node.client()
              .send("GET", path, null)
              .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .join();
      return answer.isOk() ? answer.body() : null;
    } catch (CompletionException noAnswer) {
      return null;
    }
  }

  /** Whether every node is ready and sees all of them up and reachable. */
  boolean isWhole() {
    for (FaultNode node : nodes) {
      JsonNode seen = isReady(node) ? view(node) : null;
      if (seen == null || seen.path("members").size() != nodes.size()) {
        return false;
      }
      for (JsonNode member : seen.path("members")) {
        if (!member.path("status").asText().equals("up") || !member.path("reachable").asBoolean()) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Which partitions of the ledger each node has, in the order of the nodes; an empty set where
   * that is not known.
   */
  List<Set<Integer>> partitions() {
    List<Set<Integer>> all = new ArrayList<>();
    JsonNode seen = view(nodes.get(0));
    for (int i = 0; i < nodes.size(); i++) {
      Set<Integer> of = new TreeSet<>();
      String port = ":" + ports.get(i);
      if (seen != null) {
        for (JsonNode member : seen.path("members")) {
          if (member.path("address").asText().endsWith(port)) {
            member.path("ledgerPartitions").forEach(number -> of.add(number.asInt()));
          }
        }
      }
      all.add(of);
    }
    return all;
  }

  /** How many partitions of the ledger each node has, in the order of the nodes. */
  List<Integer> shares() {
    return partitions().stream().map(Set::size).toList();
  }

  /** Whether no node has more than one partition more than another. */
  static boolean isEven(List<Integer> shares) {
    return Collections.max(shares) - Collections.min(shares) <= 1;
  }

  /** Notes whether a node takes another for unreachable just now. */
  void lookForUnreachable() {
    for (FaultNode node : nodes) {
      JsonNode seen = view(node);
      if (seen != null) {
        for (JsonNode member : seen.path("members")) {
          if (!member.path("reachable").asBoolean(true)) {
            unreachable.incrementAndGet();
          }
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}

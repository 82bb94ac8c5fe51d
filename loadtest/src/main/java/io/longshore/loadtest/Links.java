package io.longshore.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between the nodes of a cluster, every direction of every link of its own. Each node
 * has a loopback address of its own and is reached through a proxy that tells by the address who
 * sends. A node sends to another over a connection of its own, so one direction can be cut alone.
 * Needs no privileges, but a system where all of 127.0.0.0/8 is this machine, as on Linux.
 */
final class Links implements Closeable {
  private static final int FIRST_HOST = 11;

  /** The node itself listens on the port after its own. */
  private static final int INNER_OFFSET = 1;

  private final List<TcpProxy> proxies = new ArrayList<>();
  private final List<Integer> ports;
  private final Set<Direction> cuts = ConcurrentHashMap.newKeySet();

  private record Direction(int from, int to) {}

  /**
   * Links between as many nodes as there are ports.
   *
   * @param ports where each node is reached; the one after it has to be free too
   * @throws IOException if this system has only one loopback address
   */
  Links(List<Integer> ports) throws IOException {
    this.ports = List.copyOf(ports);
    for (int i = 0; i < ports.size(); i++) {
      int node = i;
      InetAddress address = InetAddress.getByName(host(i));
      proxies.add(
          new TcpProxy(
              new InetSocketAddress(address, ports.get(i)),
              new InetSocketAddress(address, ports.get(i) + INNER_OFFSET),
              client -> cuts.contains(new Direction(nodeAt(client), node))));
    }
  }

  /** The address of a node. */
  static String host(int node) {
    return "127.0.0." + (FIRST_HOST + node);
  }

  private static int nodeAt(InetAddress client) {
    return client.getAddress()[3] - FIRST_HOST;
  }

  /** What Java is told so that a node goes through here. */
  List<String> options(int node) throws UnknownHostException {
    String artery = "-Dpekko.remote.artery.";
    return List.of(
        "-Dlongshore.node.host=" + host(node),
        artery + "bind.hostname=" + host(node),
        artery + "bind.port=" + (ports.get(node) + INNER_OFFSET),
        artery + "advanced.tcp.outbound-client-hostname=" + host(node));
  }

  /** Lets nothing pass from one node to another; the way back stays open. */
  void cut(int from, int to) {
    cuts.add(new Direction(from, to));
  }

  /** Lets nothing pass between a node and all others. */
  void isolate(int node) {
    for (int other = 0; other < ports.size(); other++) {
      if (other != node) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  /** Lets everything pass again. */
  void heal() {
    cuts.clear();
  }

  @Override
  public void close() throws IOException {
    for (TcpProxy proxy : proxies) {
      proxy.close();
    }
  }
}

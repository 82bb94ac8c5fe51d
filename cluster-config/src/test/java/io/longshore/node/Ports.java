package io.longshore.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that are free and stay so: below those that the system gives to whoever connects somewhere
 * or asks for any, which is what happens all the time while nodes start.
 */
final class Ports {
  private static final int FROM = 15_000;
  private static final int TO = 30_000;

  private Ports() {}

  /** So many different ones. */
  static List<Integer> free(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    return ports;
  }

  /**
   * Whether nodes of this machine can have addresses of their own, {@code 127.0.0.2} and so on;
   * other systems than Linux have to be told of them.
   */
  static boolean severalAddresses() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
      return true;
    } catch (IOException none) {
      return false;
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}

package io.longshore.loadtest;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that are started later, and again: below those that the system gives to
 * whoever connects somewhere or asks for any, so that nobody else has them in the meantime.
 */
final class FreePorts {
  private static final int FROM = 15_000;
  private static final int TO = 30_000;

  private FreePorts() {}

  /** One that is free. */
  static int one() {
    return pairs(1).get(0);
  }

  /** So many different ones that are free, each with the one after it. */
  static List<Integer> pairs(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int even = 2 * ThreadLocalRandom.current().nextInt(FROM / 2, TO / 2);
      if (!ports.contains(even) && isFree(even) && isFree(even + 1)) {
        ports.add(even);
      }
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}

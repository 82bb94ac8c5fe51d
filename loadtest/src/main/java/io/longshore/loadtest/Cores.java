package io.longshore.loadtest;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Shares the machine's cores between what is measured and those who drive it: else a client that
 * sends three times as much takes the time for it from the node.
 */
final class Cores {
  private static final int COUNT = Runtime.getRuntime().availableProcessors();
  private static final String LAST = Integer.toString(COUNT - 1);
  private static final String NODE = COUNT <= 2 ? "0" : "0-" + (COUNT - 2);
  private static final int PATIENCE_SECONDS = 10;

  private Cores() {}

  /**
   * What this process starts from now on has all cores but the last, and takes the machine for one
   * that has no more.
   *
   * @return whether that is so; where it is not, all share all cores
   */
  static boolean forNode() throws InterruptedException {
    return COUNT > 1 && pin(NODE);
  }

  /**
   * This process, and what it starts from now on, has the last core.
   *
   * @throws IllegalStateException if it has the node's cores still
   */
  static void forClients() throws InterruptedException {
    if (!pin(LAST)) {
      throw new IllegalStateException("The node has cores of its own, but this process does not");
    }
  }

  /** How they are shared, for a report. */
  static String told(boolean shared) {
    return shared
        ? "the node has core %s, the client and this process core %s".formatted(NODE, LAST)
        : "the node, the client and this process share all %d".formatted(COUNT);
  }

  private static boolean pin(String cores) throws InterruptedException {
    try {
      Process taskset =
          new ProcessBuilder("taskset", "-acp", cores, Long.toString(ProcessHandle.current().pid()))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return taskset.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && taskset.exitValue() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }
}

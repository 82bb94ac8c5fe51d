package io.longshore.loadtest;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Shares the machine's cores between what is measured and those who drive it: else a client that
 * sends three times as much takes the time for it from the node.
 */
final class Cores {
  private static final int COUNT = Runtime.getRuntime().availableProcessors();
  private static final int PATIENCE_SECONDS = 10;

  private Cores() {}

  /** Gives the last core to this process and to the client, and all others to the node. */
  static String share(JavaProcess node, JavaProcess client) throws InterruptedException {
    String last = Integer.toString(COUNT - 1);
    String others = COUNT == 2 ? "0" : "0-" + (COUNT - 2);
    boolean shared =
        COUNT > 1
            && pin(ProcessHandle.current().pid(), last)
            && pin(client.pid(), last)
            && pin(node.pid(), others);
    return shared
        ? "the node has core %s, the client and this process core %s".formatted(others, last)
        : "the node, the client and this process share all %d".formatted(COUNT);
  }

  private static boolean pin(long pid, String cores) throws InterruptedException {
    try {
      Process taskset =
          new ProcessBuilder("taskset", "-acp", cores, Long.toString(pid))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return taskset.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && taskset.exitValue() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }
}

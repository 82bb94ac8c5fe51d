package io.longshore.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that take all of every core, so that nodes have to fight for each slice of time. */
final class BusyCores implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();

  /** Starts as many as the machine has cores. */
  static BusyCores start() throws IOException {
    BusyCores busy = new BusyCores();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      busy.processes.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(busy::close, "end-busy-cores"));
    return busy;
  }

  private BusyCores() {}

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}

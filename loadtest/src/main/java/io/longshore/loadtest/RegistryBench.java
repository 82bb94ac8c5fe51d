package io.longshore.loadtest;

import io.longshore.node.Node;
import io.longshore.node.cli.Pause;
import io.longshore.node.cli.Terminal;
import io.longshore.persistence.DatabaseSettings;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Directory;
import io.longshore.registry.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Measures the registry of a node in this process, as more and more agents register. */
final class RegistryBench {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int[] ASKERS = {100, 10_000};
  private static final int[] IN_FLIGHT = {1024, 8192};
  private static final int FIRST_SIZE = 1_000;
  private static final int CONTENTION_SIZE = 10_000;
  private static final int FILLING = 4096;

  /** Kinds of lookups. */
  private static final int KINDS = 4;

  /** Most agents that one slice of registrations may add. */
  private static final int ROOM = 1_000_000;

  /** About what a registration takes in the journal. */
  private static final int RECORD_BYTES = 200;

  private static final long MAX_BYTES_EACH = 1024;

  private final Options options;
  private final Terminal terminal;
  private final Report report;
  private final List<Measured> bySize = new ArrayList<>();

  RegistryBench(Options options, Terminal terminal, Report report) {
    this.options = options;
    this.terminal = terminal;
    this.report = report;
  }

  /** What can be measured. */
  enum Part {
    /** Askers of one actor and of the directory. */
    CONTENTION,
    /** Durable registrations. */
    REGISTRATIONS,
    /** Lookups among more and more agents, and what an agent takes. */
    SIZES
  }

  /**
   * What to measure and for how long.
   *
   * @param partitions of the registry
   * @param agents how many register at last, at least 1,000
   * @param warmUpSeconds of each measurement, not counted
   * @param seconds of each measurement
   * @param only which parts
   */
  record Options(int partitions, int agents, int warmUpSeconds, int seconds, Set<Part> only) {}

  /** Measures all parts on an empty database. */
  void run(BenchDatabase database) throws InterruptedException {
    DatabaseSettings settings = database.settings();
    database.durability().forEach(report::fact);
    try (Node node = start(settings)) {
      Registry registry = node.registry();
      long heapBefore = BenchNode.usedHeap();
      int knownBefore = 0;
      int known = 0;
      int last = wants(Part.SIZES) ? options.agents() : Math.min(CONTENTION_SIZE, options.agents());
      for (int size = FIRST_SIZE; known < last; size *= 10) {
        int goal = Math.min(size, last);
        fill(registry, known, goal);
        known = goal;
        if (known == FIRST_SIZE && known < last) {
          // Before anything else is measured: what that leaves behind must not be taken off.
          heapBefore = BenchNode.usedHeap();
          knownBefore = known;
        }
        if (wants(Part.SIZES)) {
          sizes(registry.directory(), known);
        }
        if (known == Math.min(CONTENTION_SIZE, last)) {
          contention(node);
          registrations(settings, registry, known);
        }
      }
      if (wants(Part.SIZES)) {
        MeasuredTable table =
            new MeasuredTable(
                "lookups in one thread, by number of agents",
                bySize,
                bySize.subList(0, KINDS).stream().map(Measured::name).toList());
        report.table(table);
        terminal.out().println("\n" + table.markdown());
        long bytes = (BenchNode.usedHeap() - heapBefore) / (known - knownBefore);
        String what =
            "heap an agent takes, directory and registry, from %,d to %,d, bytes"
                .formatted(knownBefore, known);
        report.fact(what, bytes);
        terminal.out().println(what + ": " + bytes);
      }
    }
    if (wants(Part.SIZES)) {
      recover(settings);
    }
  }

  private boolean wants(Part part) {
    return options.only().contains(part);
  }

  private Node start(DatabaseSettings database) throws InterruptedException {
    int each = 2 * (options.agents() + ROOM) / options.partitions();
    return BenchNode.start(
        database,
        Map.of(
            "longshore.registry.partitions.count",
            options.partitions(),
            "longshore.registry.max-agents",
            each,
            "longshore.registry.max-bytes",
            each * MAX_BYTES_EACH),
        PATIENCE);
  }

  private void fill(Registry registry, int from, int to) throws InterruptedException {
    long begun = System.nanoTime();
    Registrations.all(registry, from, to, FILLING);
    awaitKnown(registry.directory(), to);
    double seconds = (System.nanoTime() - begun) / 1e9;
    report.fact(
        "%,d to %,d agents, registered and known, per second".formatted(from, to),
        (to - from) / seconds);
  }

  /** Waits until a node's directory knows so many agents. */
  static void awaitKnown(Directory directory, int agents) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (directory.size() != agents) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "The directory knows %,d agents, not %,d".formatted(directory.size(), agents));
      }
      Pause.real().of(Duration.ofMillis(1));
    }
  }

  private void sizes(Directory directory, int agents) throws InterruptedException {
    bySize.addAll(
        measured(
            "%,d agents".formatted(agents),
            new DirectoryLookups(directory).kinds(agents),
            () -> {}));
  }

  /** The first agents of a capability: asked of one actor, and read from the directory. */
  private void contention(Node node) throws InterruptedException {
    if (!wants(Part.CONTENTION)) {
      return;
    }
    Directory directory = node.registry().directory();
    List<AgentRecord> agents =
        directory.find(AgentQuery.of(null, Map.of(), directory.size())).agents();
    DirectoryLookups lookups = new DirectoryLookups(directory);
    SingleRegistry single = new SingleRegistry(node.system(), agents);
    for (int askers : ASKERS) {
      String by = ", %,d askers".formatted(askers);
      Asked one = new Asked("one actor" + by, single, askers, DirectoryLookups.FOUND);
      Lookups many = lookups.first("directory" + by, askers);
      Lookups view = lookups.firstUncopied("directory, not copied" + by, askers);
      String title = "lookups among %,d agents%s".formatted(agents.size(), by);
      List<Measured> all = measured(title, List.of(one, many, view), () -> {});
      show(new MeasuredTable(title, all, List.of(one.name())));
      ratio(all, 50, by);
      ratio(all, 99, by);
    }
  }

  private void ratio(List<Measured> all, double percentile, String by) {
    double one = all.get(0).micros().getValueAtPercentile(percentile);
    double directory = all.get(1).micros().getValueAtPercentile(percentile);
    report.fact(
        "p%.0f of the actor over that of the directory%s".formatted(percentile, by),
        one / Math.max(1, directory));
  }

  private void registrations(DatabaseSettings database, Registry registry, int known)
      throws InterruptedException {
    if (!wants(Part.REGISTRATIONS)) {
      return;
    }
    List<Measurement> all = new ArrayList<>();
    all.add(RawJournal.rows(database, RECORD_BYTES));
    for (int inFlight : IN_FLIGHT) {
      all.add(new Registrations(registry, inFlight, options.agents(), ROOM));
    }
    String title = database.kind() + ", durable registrations";
    try {
      List<Measured> measured = measured(title, all, () -> awaitKnown(registry.directory(), known));
      show(new MeasuredTable(title, measured, List.of(all.get(0).name())));
    } finally {
      all.forEach(Measurement::close);
    }
  }

  private void show(MeasuredTable table) {
    report.table(table);
    terminal.out().println("\n" + table.markdown());
  }

  private List<Measured> measured(
      String title, List<? extends Measurement> all, Rounds.Settling settling)
      throws InterruptedException {
    Rounds rounds = new Rounds(options.warmUpSeconds(), options.seconds(), settling);
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(rounds.slices(all.size()))
            .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
            .build()) {
      return rounds.run(all, name -> bar.step().setExtraMessage(name));
    }
  }

  /** Starts the node again with all agents. */
  private void recover(DatabaseSettings settings) throws InterruptedException {
    report.fact(
        "largest snapshot, bytes",
        RawJournal.query(
            settings, "SELECT COALESCE(MAX(OCTET_LENGTH(snapshot_payload)), 0) FROM snapshot"));
    long from = System.nanoTime();
    try (Node node = start(settings)) {
      awaitKnown(node.registry().directory(), options.agents());
      double seconds = (System.nanoTime() - from) / 1e9;
      report.fact("start with all agents until all are known, seconds", seconds);
      terminal.out().printf("All agents known again after %.1f s%n", seconds);
    }
  }
}

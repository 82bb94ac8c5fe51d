package io.longshore.loadtest;

import io.longshore.coordinator.Tasks;
import io.longshore.node.Node;
import io.longshore.node.cli.Pause;
import io.longshore.node.cli.Terminal;
import io.longshore.persistence.DatabaseSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Measures a node in this process on one database, each thing beside what it is compared with. */
final class LedgerBench {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration ARCHIVE_QUIET = Duration.ofMillis(300);
  private static final String ARCHIVED = "SELECT COALESCE(SUM(items), 0) FROM longshore_archive";
  private static final int[] IN_FLIGHT = {1024, 8192};
  private static final int[] CONNECTIONS = {64, 256};
  private static final int AGENTS = 1000;
  private static final int SAMPLE = 10_000;
  private static final int FILLING = 4096;

  /** Room in a partition for what is submitted beside the backlog. */
  private static final int MORE_LIVE = 65_536;

  private static final long TASK_BYTES = 2048;

  /** Of the room that partitions have: tasks spread over them at random. */
  private static final double FILL = 0.75;

  private final Options options;
  private final Terminal terminal;
  private final Report report;

  LedgerBench(Options options, Terminal terminal, Report report) {
    this.options = options;
    this.terminal = terminal;
    this.report = report;
  }

  /** What can be measured. */
  enum Part {
    /** Submits in process. */
    SUBMITS,
    /** Lives in process. */
    LIVES,
    /** Submits one at a time. */
    SINGLE,
    /** Bulk submits over HTTP. */
    BULK,
    /** Single submits over HTTP. */
    REQUESTS,
    /** Lives over HTTP in bulk. */
    AGENTS
  }

  /**
   * What to measure and for how long.
   *
   * @param partitions of the ledger
   * @param warmUpSeconds of each measurement, not counted
   * @param seconds of each measurement
   * @param inputBytes of each task
   * @param backlog tasks that wait while lives are measured once more; 0 for none
   * @param only which parts
   */
  record Options(
      int partitions,
      int warmUpSeconds,
      int seconds,
      int inputBytes,
      int backlog,
      Set<Part> only) {}

  /** Measures all parts on an empty database. */
  void run(BenchDatabase database) throws InterruptedException {
    DatabaseSettings settings = database.settings();
    database.durability().forEach(report::fact);
    try (Node node = start(settings)) {
      Tasks tasks = node.tasks();
      BenchTasks bench = new BenchTasks(options.inputBytes());
      long room = (long) (FILL * options.partitions() * maxLive(node));
      int stored = storedBytes(settings, tasks, bench);
      report.fact(settings.kind() + ": bytes of a submitted task in the journal", stored);
      if (wants(Part.SUBMITS) || wants(Part.LIVES)) {
        List<Measurement> all = new ArrayList<>();
        all.add(RawJournal.rows(settings, options.inputBytes()));
        all.add(RawJournal.blobs(settings, stored));
        for (int inFlight : IN_FLIGHT) {
          if (wants(Part.SUBMITS)) {
            all.add(new Submits(tasks, bench, inFlight, room));
          }
        }
        for (int inFlight : IN_FLIGHT) {
          if (wants(Part.LIVES)) {
            all.add(new Lives(tasks, bench, inFlight, ""));
          }
        }
        measure(settings, "in process", all, List.of("raw rows", "raw blobs"));
      }
      if (wants(Part.SINGLE)) {
        RawJournal commits = RawJournal.commits(settings, stored);
        measure(
            settings,
            "one at a time",
            List.of(commits, new Submits(tasks, bench, 1, room)),
            List.of(commits.name()));
      }
      HttpBench http = new HttpBench(node, options.inputBytes());
      if (wants(Part.BULK)) {
        RawJournal rows = RawJournal.rows(settings, options.inputBytes());
        List<Measurement> all = List.of(rows, http.bulk(4), http.bulk(8));
        measure(settings, "over HTTP, 1,000 tasks a request", all, List.of(rows.name()));
      }
      if (wants(Part.REQUESTS)) {
        byte[] answer = http.answer();
        try (BareServer route = BareServer.routing(node.system(), answer);
            BareServer bare = BareServer.reading(node.system(), answer)) {
          for (int connections : CONNECTIONS) {
            List<Measurement> all =
                List.of(
                    http.bare("bare route", route, connections),
                    http.bare("bare server", bare, connections),
                    http.requests(connections));
            measure(
                settings,
                "over HTTP, a task a request, %d connections".formatted(connections),
                all,
                List.of(all.get(0).name(), all.get(1).name()));
          }
        }
      }
      if (wants(Part.AGENTS)) {
        RawJournal rows = RawJournal.rows(settings, options.inputBytes());
        measure(
            settings,
            "lives over HTTP in bulk, 1,000 agents",
            List.of(rows, http.lives(AGENTS)),
            List.of(rows.name()));
      }
      if (options.backlog() > 0) {
        fill(node, settings, bench);
      }
    }
    if (options.backlog() > 0) {
      recover(settings);
    }
  }

  /** Fills the ledger with tasks that wait, weighs them, and measures lives beside them. */
  private void fill(Node node, DatabaseSettings settings, BenchTasks bench)
      throws InterruptedException {
    Tasks tasks = node.tasks();
    long before = BenchNode.usedHeap();
    AtomicInteger left = new AtomicInteger(options.backlog());
    ClosedLoop.finish(
        FILLING,
        slot ->
            left.getAndDecrement() <= 0
                ? null
                : tasks
                    .submit(bench.task())
                    .thenApply(
                        answer -> {
                          if (BenchTasks.acceptedId(answer) != null) {
                            return 1;
                          }
                          left.incrementAndGet();
                          return 0;
                        }));
    report.fact(
        settings.kind() + ": heap a waiting task, bytes",
        (BenchNode.usedHeap() - before) / options.backlog());
    RawJournal rows = RawJournal.rows(settings, options.inputBytes());
    String condition = ", %,d waiting".formatted(options.backlog());
    List<Measurement> all = new ArrayList<>(List.of(rows));
    for (int inFlight : IN_FLIGHT) {
      all.add(new Lives(tasks, bench, inFlight, condition));
    }
    measure(settings, "in process" + condition, all, List.of(rows.name()));
  }

  /** Starts the node again on what {@link #fill} has left. */
  private void recover(DatabaseSettings settings) throws InterruptedException {
    String kind = settings.kind();
    report.fact(
        kind + ": largest snapshot, bytes",
        RawJournal.query(
            settings, "SELECT COALESCE(MAX(OCTET_LENGTH(snapshot_payload)), 0) FROM snapshot"));
    long from = System.nanoTime();
    try (Node node = start(settings)) {
      double seconds = (System.nanoTime() - from) / 1e9;
      report.fact(kind + ": start with all waiting tasks until ready, seconds", seconds);
      terminal.out().printf("%s: ready again after %.1f s%n", kind, seconds);
      report.fact(kind + ": heap after that, MB", BenchNode.usedHeap() / 1_000_000);
      if (!node.health().live()) {
        throw new IllegalStateException("The node has stopped");
      }
    }
  }

  private boolean wants(Part part) {
    return options.only().contains(part);
  }

  private Node start(DatabaseSettings database) throws InterruptedException {
    Map<String, Object> flags = new HashMap<>();
    flags.put("longshore.ledger.partitions.count", options.partitions());
    if (options.backlog() > 0) {
      long each = 2L * options.backlog() / options.partitions() + MORE_LIVE;
      flags.put("longshore.ledger.max-live", each);
      flags.put("longshore.ledger.max-bytes", each * (TASK_BYTES + options.inputBytes()));
    }
    return BenchNode.start(database, flags, START_PATIENCE);
  }

  private static long maxLive(Node node) {
    return node.system().settings().config().getLong("longshore.ledger.max-live");
  }

  /** How many bytes of the journal one submitted task takes. */
  private static int storedBytes(DatabaseSettings database, Tasks tasks, BenchTasks bench)
      throws InterruptedException {
    long before = journalBytes(database);
    Submits sample = new Submits(tasks, bench, 1024, SAMPLE);
    sample.run(START_PATIENCE);
    long after = journalBytes(database);
    sample.tidy();
    return (int) ((after - before) / SAMPLE);
  }

  private static long journalBytes(DatabaseSettings database) {
    return Long.parseLong(
        RawJournal.query(
            database, "SELECT COALESCE(SUM(OCTET_LENGTH(event_payload)), 0) FROM event_journal"));
  }

  /** Ended tasks leave for the archive in the background; the next slice must not pay for them. */
  private static void awaitArchived(DatabaseSettings database) throws InterruptedException {
    String before = "";
    String now = RawJournal.query(database, ARCHIVED);
    while (!now.equals(before)) {
      Pause.real().of(ARCHIVE_QUIET);
      before = now;
      now = RawJournal.query(database, ARCHIVED);
    }
  }

  private void measure(
      DatabaseSettings database, String what, List<Measurement> all, List<String> references)
      throws InterruptedException {
    Rounds rounds =
        new Rounds(options.warmUpSeconds(), options.seconds(), () -> awaitArchived(database));
    String title = database.kind() + ", " + what;
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(rounds.slices(all.size()))
            .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
            .build()) {
      List<Measured> measured = rounds.run(all, name -> bar.step().setExtraMessage(name));
      MeasuredTable table = new MeasuredTable(title, measured, references);
      report.table(table);
      bar.close();
      terminal.out().println("\n" + table.markdown());
    } finally {
      all.forEach(Measurement::close);
    }
  }
}

package io.longshore.loadtest;

import com.typesafe.config.ConfigFactory;
import io.longshore.coordinator.Tasks;
import io.longshore.node.Node;
import io.longshore.node.NodeSettings;
import io.longshore.node.cli.Pause;
import io.longshore.node.cli.Terminal;
import io.longshore.persistence.DatabaseSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Measures a node in this process on one database, each thing beside what it is compared with. */
final class LedgerBench {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final int[] IN_FLIGHT = {1024, 8192};
  private static final int SAMPLE = 10_000;

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
    SINGLE
  }

  /**
   * What to measure and for how long.
   *
   * @param partitions of the ledger
   * @param warmUpSeconds of each measurement, not counted
   * @param seconds of each measurement
   * @param inputBytes of each task
   * @param only which parts
   */
  record Options(int partitions, int warmUpSeconds, int seconds, int inputBytes, Set<Part> only) {}

  /** Measures all parts on an empty database. */
  void run(BenchDatabase database) throws InterruptedException {
    DatabaseSettings settings = database.settings();
    database.durability().forEach(report::fact);
    try (Node node = start(settings)) {
      Tasks tasks = node.tasks();
      BenchTasks bench = BenchTasks.ofBytes(options.inputBytes());
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
    }
  }

  private boolean wants(Part part) {
    return options.only().contains(part);
  }

  private Node start(DatabaseSettings database) throws InterruptedException {
    Map<String, Object> flags = new HashMap<>();
    flags.put("longshore.node.port", 0);
    flags.put("longshore.gateway.port", 0);
    flags.put("longshore.node.database.url", database.url());
    flags.put("longshore.node.database.user", database.user());
    flags.put("longshore.node.database.password", database.password());
    flags.put("longshore.node.database.connections", database.connections());
    flags.put("longshore.ledger.partitions.count", options.partitions());
    Node node = Node.start(NodeSettings.load(flags, ConfigFactory.empty()));
    long until = System.nanoTime() + START_PATIENCE.toNanos();
    while (!node.health().ready().ready()) {
      if (System.nanoTime() > until) {
        String waitingFor = String.join(", ", node.health().ready().waitingFor());
        node.close();
        throw new IllegalStateException("The node is not ready: " + waitingFor);
      }
      Pause.real().of(Duration.ofMillis(10));
    }
    return node;
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

  private void measure(
      DatabaseSettings database, String what, List<Measurement> all, List<String> references)
      throws InterruptedException {
    Rounds rounds = new Rounds(options.warmUpSeconds(), options.seconds());
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

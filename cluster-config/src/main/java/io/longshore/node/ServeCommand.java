package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.longshore.node.cli.Terminal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore serve}: runs a node until it is told to stop. */
@Command(
    name = "serve",
    description = {
      "Run a node.",
      "Alone it keeps everything in an embedded database file; several nodes need PostgreSQL"
          + " (LONGSHORE_DB_URL, LONGSHORE_DB_USER, LONGSHORE_DB_PASSWORD)."
          + " Flags lie over environment variables, those over --config, that over the defaults.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It was told to stop.",
      "1:It cannot start or go on: the database, a port, a fault.",
      "2:Wrong usage or configuration, or another one than the cluster's. Starting it again does not"
          + " help.",
      "3:The others go on without it, after a cut, or Java has no memory left. Start it again.",
      "4:It found no cluster to join. Start it again."
    })
final class ServeCommand implements Callable<Integer> {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int REFUSED = 2;
  private final Terminal terminal;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Address to listen on for HTTP. Default: 127.0.0.1")
  @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen on for HTTP; 0 for any. Default: 8470")
  @Nullable Integer port;

  @Option(
      names = "--cluster-host",
      paramLabel = "HOST",
      description = "Where other nodes reach this one. Default: 127.0.0.1")
  @Nullable String clusterHost;

  @Option(
      names = "--cluster-port",
      paramLabel = "PORT",
      description = "The port for that. Default: 25520")
  @Nullable Integer clusterPort;

  @Option(
      names = "--seed",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "A node to join; give some that any node may find, the same ones on each.")
  @Nullable List<String> seeds;

  @Option(
      names = "--seed-dns",
      paramLabel = "NAME:PORT",
      description = "In place of seeds: a DNS name with the addresses of all nodes.")
  @Nullable String seedDns;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      description = "Where the node is; its tasks rather stay there.")
  @Nullable String region;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      split = ",",
      description = "gateway or work. Default: both")
  @Nullable List<String> roles;

  @Option(
      names = "--expect-members",
      paramLabel = "N",
      description = "Be ready only with so many members.")
  @Nullable Integer expectedMembers;

  @Option(names = "--data", paramLabel = "DIR", description = "Where the embedded database lies.")
  @Nullable Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "A configuration file (HOCON).")
  @Nullable Path file;

  @Option(names = "--print-config", description = "Print all settings and where they are from.")
  boolean printConfig;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      Config config =
          Configuration.load(
              flags(),
              terminal.environment(),
              file == null ? ConfigFactory.empty() : Configuration.file(file));
      return printConfig ? print(config) : serve(config);
    } catch (RuntimeException e) {
      return cannotStart(terminal, e);
    }
  }

  /** Tells why a node does not start; the exit code. */
  static int cannotStart(Terminal terminal, RuntimeException e) {
    terminal.err().println(e.getMessage() == null ? e.toString() : e.getMessage());
    return e instanceof IllegalArgumentException || e instanceof ConfigException ? REFUSED : FAILED;
  }

  private int print(Config config) {
    terminal.out().print(ConfigPrint.of(config));
    terminal.out().flush();
    Settings.from(config);
    return OK;
  }

  private int serve(Config config) {
    try (Node node = Node.start(config)) {
      // Java itself would exit with 143, as if the signal had not been heeded.
      node.stopOnSignal(
          () -> {
            terminal.err().println(Ending.ASKED.message);
            Runtime.getRuntime().halt(OK);
          });
      terminal.err().println(startUpLine(node));
      node.stopped().join();
      Ending ending = node.ending();
      if (ending != Ending.ASKED) {
        terminal.err().println(ending.message);
      }
      return ending.exitCode;
    }
  }

  private Map<String, Object> flags() {
    Map<String, Object> flags = new HashMap<>();
    put(flags, "--host", "longshore.gateway.host", host);
    put(flags, "--port", "longshore.gateway.port", port);
    put(flags, "--cluster-host", "longshore.node.host", clusterHost);
    put(flags, "--cluster-port", "longshore.node.port", clusterPort);
    put(flags, "--seed", "longshore.node.seeds", seeds);
    put(flags, "--seed-dns", "longshore.node.seed-dns", seedDns);
    put(flags, "--role", "longshore.node.roles", roles);
    put(flags, "--region", "longshore.node.region", region);
    put(flags, "--expect-members", "longshore.node.expected-members", expectedMembers);
    put(flags, "--data", "longshore.node.data", data == null ? null : data.toString());
    return flags;
  }

  private static void put(
      Map<String, Object> flags, String name, String path, @Nullable Object value) {
    if (value != null) {
      flags.put(path, Configuration.flag(name, value));
    }
  }

  private static String startUpLine(Node node) {
    NodeSettings settings = node.settings();
    String where =
        node.httpAddress()
            .map(
                address ->
                    node.scheme() + "://" + address.getHostString() + ":" + address.getPort())
            .orElse("nowhere");
    if (!settings.roles().contains("gateway")) {
      where += " (health and metrics only: its role is work)";
    }
    String keeps =
        settings.database().isEmbedded()
            ? "keeps everything in "
                + settings.data()
                + " (H2: survives kill -9, not a power cut; one node only)"
            : "keeps everything in " + settings.database().location();
    String warning =
        ForkJoinPool.getCommonPoolParallelism() < 2
            ? "\nWARNING: the JVM's common pool has one thread, which makes asks 50 times slower."
                + " Start Java with -Djava.util.concurrent.ForkJoinPool.common.parallelism=2"
            : "";
    return "Longshore listens at " + where + ", " + keeps + ". Stop it with Ctrl-C." + warning;
  }
}

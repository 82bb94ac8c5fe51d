package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.longshore.node.cli.Terminal;
import java.nio.file.Files;
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
    description =
        "Run a node. Alone it keeps everything in an embedded database file; several"
            + " nodes need PostgreSQL (LONGSHORE_DB_URL, LONGSHORE_DB_USER, LONGSHORE_DB_PASSWORD).")
final class ServeCommand implements Callable<Integer> {
  private static final int OK = 0;
  private static final int REFUSED = 2;
  private final Terminal terminal;

  @Option(names = "--host", description = "Address to listen on for HTTP (default 127.0.0.1).")
  @Nullable String host;

  @Option(names = "--port", description = "Port to listen on for HTTP (default 8470; 0: any).")
  @Nullable Integer port;

  @Option(names = "--cluster-host", description = "Where other nodes reach this one.")
  @Nullable String clusterHost;

  @Option(names = "--cluster-port", description = "The port for that (default 25520).")
  @Nullable Integer clusterPort;

  @Option(
      names = "--seed",
      paramLabel = "HOST:PORT",
      description = "A node to join; give all of them, in the same order on every node.")
  @Nullable List<String> seeds;

  @Option(names = "--role", description = "gateway or work (default: both).")
  @Nullable List<String> roles;

  @Option(names = "--expect-members", description = "Be ready only with so many members.")
  @Nullable Integer expectedMembers;

  @Option(names = "--data", paramLabel = "DIR", description = "Where the embedded database lies.")
  @Nullable Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "A configuration file (HOCON).")
  @Nullable Path file;

  @Option(names = "--print-config", description = "Print the resulting configuration and exit.")
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
    if (file != null && !Files.isReadable(file)) {
      return refuse("There is no configuration file " + file);
    }
    try {
      Config config =
          NodeSettings.load(
              flags(),
              file == null ? ConfigFactory.empty() : ConfigFactory.parseFile(file.toFile()));
      if (printConfig) {
        terminal.out().println(render(config));
        return OK;
      }
      try (Node node = Node.start(config)) {
        node.stopOnSignal();
        terminal.err().println(startUpLine(node));
        node.stopped().join();
      }
      return OK;
    } catch (RuntimeException e) {
      return refuse(String.valueOf(e.getMessage()));
    }
  }

  private int refuse(String message) {
    terminal.err().println(message);
    return REFUSED;
  }

  private Map<String, Object> flags() {
    Map<String, Object> flags = new HashMap<>();
    put(flags, "longshore.gateway.host", host);
    put(flags, "longshore.gateway.port", port);
    put(flags, "longshore.node.host", clusterHost);
    put(flags, "longshore.node.port", clusterPort);
    put(flags, "longshore.node.seeds", seeds);
    put(flags, "longshore.node.roles", roles);
    put(flags, "longshore.node.expected-members", expectedMembers);
    put(flags, "longshore.node.data", data == null ? null : data.toString());
    return flags;
  }

  private static void put(Map<String, Object> flags, String path, @Nullable Object value) {
    if (value != null) {
      flags.put(path, value);
    }
  }

  /** Only what is ours, and no password. */
  private static String render(Config config) {
    Config own =
        config
            .withOnlyPath("longshore")
            .withValue(
                "longshore.node.database.password",
                ConfigFactory.parseString("p = \"(hidden)\"").getValue("p"));
    return own.root().render(ConfigRenderOptions.concise().setFormatted(true).setJson(false));
  }

  private static String startUpLine(Node node) {
    NodeSettings settings = node.settings();
    String where =
        node.httpAddress()
            .map(address -> "http://" + address.getHostString() + ":" + address.getPort())
            .orElse("no HTTP (role work only)");
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

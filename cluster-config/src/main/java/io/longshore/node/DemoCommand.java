package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.node.cli.ApiClient;
import io.longshore.node.cli.ApiRequest;
import io.longshore.node.cli.Pause;
import io.longshore.node.cli.Terminal;
import io.longshore.node.demo.Demo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore demo}: a node of its own, three agents, ten tasks, and what became of them. */
@Command(
    name = "demo",
    description = {
      "Show what Longshore is for: three agents, one of them overloaded, and ten tasks.",
      "Starts a node of its own and shows how the tasks are placed, moved and done. Then keeps"
          + " serving until Ctrl-C.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  private static final String HOST = "127.0.0.1";
  private static final int PORT = 8470;
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private final Terminal terminal;

  @Option(names = "--once", description = "End after the results: 0 if all ten completed, else 1.")
  boolean once;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port for HTTP. Default: 8470, or a free one if that is taken")
  @Nullable Integer port;

  @Option(names = "--no-color", description = "No colours; NO_COLOR=1 does the same.")
  boolean noColor;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("longshore-demo");
    System.setProperty("logback.configurationFile", "logback-demo.xml");
    System.setProperty("longshore.log.file", directory.resolve("demo.log").toString());
    terminal.out().println(" Starting a node …");
    try {
      Node started;
      try {
        started = Node.start(config(directory));
      } catch (RuntimeException e) {
        return ServeCommand.cannotStart(terminal, e);
      }
      return show(started);
    } finally {
      delete(directory);
    }
  }

  private int show(Node started) throws InterruptedException {
    try (Node node = started) {
      node.stopOnSignal();
      int code = run(node);
      if (!once) {
        node.stopped().join();
      }
      return code;
    }
  }

  /**
   * That of a node which is alone and has all roles, at an address where the demo finds it. Whoever
   * shows it may well have the environment of a cluster.
   */
  Config config(Path directory) {
    Map<String, Object> flags = new HashMap<>();
    flags.put("longshore.node.data", directory.toString());
    flags.put("longshore.node.database.url", "");
    flags.put("longshore.node.host", HOST);
    flags.put("longshore.node.port", 0);
    flags.put("longshore.node.seeds", List.of());
    flags.put("longshore.node.seed-dns", "");
    flags.put("longshore.node.expected-members", 1);
    flags.put("longshore.node.roles", List.of("gateway", "work"));
    flags.put("longshore.node.drain-delay", "0 s");
    flags.put("longshore.gateway.host", HOST);
    flags.put("longshore.gateway.port", port != null ? port : isFree(PORT) ? PORT : 0);
    for (String file : List.of("ca", "certificate", "key")) {
      flags.put("longshore.node.tls." + file, "");
    }
    for (String file : List.of("certificate", "key")) {
      flags.put("longshore.gateway.tls." + file, "");
    }
    return Configuration.load(flags, terminal.environment(), ConfigFactory.empty());
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private int run(Node node) throws InterruptedException {
    int actual = node.httpAddress().orElseThrow().getPort();
    URI url = URI.create("http://" + HOST + ":" + actual);
    ApiClient client = new ApiClient(List.of(url), Pause.real(), notice -> {});
    awaitReady(node);
    client.call(ApiRequest.get("/health/ready"));
    return new Demo(client, terminal, noColor).run(once);
  }

  private void awaitReady(Node node) throws InterruptedException {
    long until = terminal.clock().millis() + READY_WITHIN.toMillis();
    while (!node.health().ready().ready()) {
      if (terminal.clock().millis() > until) {
        throw new IllegalStateException(
            "The node is not ready: " + node.health().ready().waitingFor());
      }
      terminal.pause().of(Duration.ofMillis(20));
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the demo's data in " + directory, e);
    }
  }
}

package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.Cli;
import io.longshore.node.cli.LongshoreCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's own node, before it runs. */
class DemoCommandTest {
  private static final List<String> LOGGING =
      List.of("logback.configurationFile", "longshore.log.file");

  private final Cli cli = new Cli();
  private final Map<String, String> properties = new TreeMap<>();
  @TempDir Path directory;

  /** The command tells where to log; tests that come after it log elsewhere. */
  @BeforeEach
  void keepProperties() {
    for (String name : LOGGING) {
      Optional.ofNullable(System.getProperty(name)).ifPresent(was -> properties.put(name, was));
    }
  }

  @AfterEach
  void restoreProperties() {
    LOGGING.forEach(System::clearProperty);
    properties.forEach(System::setProperty);
  }

  private int demo(String... more) {
    cli.environment(Map.of());
    List<String> arguments = new ArrayList<>(List.of("demo", "--once"));
    arguments.addAll(List.of(more));
    return LongshoreCommand.commandLine(cli.terminal(), new DemoCommand(cli.terminal()))
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void when_the_environment_is_that_of_a_cluster_then_the_demo_is_a_node_alone_all_the_same() {
    Map<String, String> cluster = new TreeMap<>();
    cluster.put("LONGSHORE_SEEDS", "a:1,b:2");
    cluster.put("LONGSHORE_SEED_DNS", "longshore-nodes:25520");
    cluster.put("LONGSHORE_EXPECTED_MEMBERS", "2");
    cluster.put("LONGSHORE_ROLES", "work");
    cluster.put("LONGSHORE_HOST", "192.0.2.1");
    cluster.put("LONGSHORE_PORT", "1");
    cluster.put("LONGSHORE_CLUSTER_HOST", "192.0.2.1");
    cluster.put("LONGSHORE_CLUSTER_PORT", "1");
    cluster.put("LONGSHORE_DRAIN_DELAY", "60 s");
    cluster.put("LONGSHORE_DB_URL", "jdbc:postgresql://192.0.2.1/longshore");
    for (String file : List.of("TLS_CA", "TLS_CERTIFICATE", "TLS_KEY")) {
      cluster.put("LONGSHORE_" + file, "/not/there.pem");
    }
    for (String file : List.of("HTTPS_CERTIFICATE", "HTTPS_KEY")) {
      cluster.put("LONGSHORE_" + file, "/not/there.pem");
    }
    cli.environment(cluster);

    Settings settings = Settings.from(new DemoCommand(cli.terminal()).config(directory));

    NodeSettings node = settings.node();
    assertFalse(node.joining().any());
    assertEquals(1, node.expectedMembers());
    assertEquals(List.of("gateway", "work"), node.roles());
    assertEquals("127.0.0.1", node.host());
    assertTrue(node.tls().isEmpty());
    assertTrue(node.drainDelay().isZero());
    assertTrue(node.database().isEmbedded());
    assertEquals("127.0.0.1", settings.gateway().host());
    assertTrue(settings.gateway().tls().isEmpty());
  }

  @Test
  void when_its_port_is_taken_then_it_says_so_as_serve_does() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertEquals(1, demo("--port", "" + taken.getLocalPort()));
      assertSaid("Cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void when_its_configuration_is_wrong_then_it_says_so_as_serve_does() {
    assertEquals(2, demo("--port", "70000"));
    assertSaid("longshore.gateway.port must be from 0 to 65535");
  }

  private void assertSaid(String expected) {
    String said = cli.err();
    assertTrue(said.startsWith(expected), said);
    assertEquals(1, said.lines().count(), said);
  }
}

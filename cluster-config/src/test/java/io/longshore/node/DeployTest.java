package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.node.cli.LongshoreCommand;
import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is ready made for operators names only what there is. */
class DeployTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Pattern VARIABLE = Pattern.compile("\\bLONGSHORE_[A-Z_]+\\b");
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");

  /** The launcher's own, see the script. */
  private static final Set<String> OF_THE_LAUNCHER =
      Set.of("LONGSHORE_JAVA_OPTS", "LONGSHORE_PLUGINS");

  private final Config defaults = Configuration.defaults();

  private static List<JsonNode> yaml(String file) throws IOException {
    YAMLMapper mapper = new YAMLMapper(new YAMLFactory());
    try (MappingIterator<JsonNode> documents =
        mapper.readerFor(JsonNode.class).readValues(DEPLOY.resolve(file).toFile())) {
      return documents.readAll();
    }
  }

  private static boolean isServiceOfOurName(JsonNode object) {
    return object.path("kind").asText().equals("Service")
        && object.at("/metadata/name").asText().equals("longshore");
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(DEPLOY)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Set<String> matches(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  @Test
  void when_a_variable_is_named_then_the_node_or_its_launcher_knows_it() throws IOException {
    Set<String> known = new HashSet<>(Configuration.variables().values());
    known.addAll(OF_THE_LAUNCHER);
    Set<String> used = new HashSet<>();
    List<Path> files = new ArrayList<>(files());
    files.add(Path.of("..", "docs", "operations.md"));
    for (Path file : files) {
      for (String variable : matches(VARIABLE, Files.readString(file))) {
        assertTrue(known.contains(variable), variable + " in " + file);
        used.add(variable);
      }
    }
    assertTrue(used.contains("LONGSHORE_SEED_DNS") && used.contains("LONGSHORE_SEEDS"));
  }

  @Test
  void when_a_flag_of_serve_is_named_in_the_manual_then_it_exists() throws IOException {
    CommandLine serve =
        LongshoreCommand.commandLine(Terminal.system(), new ServeCommand(Terminal.system()))
            .getSubcommands()
            .get("serve");
    Set<String> flags = matches(FLAG, Files.readString(Path.of("..", "docs", "operations.md")));
    assertTrue(flags.contains("--seed-dns"), flags.toString());
    flags.forEach(flag -> assertTrue(serve.getCommandSpec().findOption(flag) != null, flag));
  }

  @Test
  void when_kubernetes_reads_the_manifests_then_ports_names_and_probes_fit() throws IOException {
    JsonNode kustomization = yaml("kubernetes/kustomization.yaml").get(0);
    List<JsonNode> objects = new ArrayList<>();
    for (JsonNode resource : kustomization.path("resources")) {
      objects.addAll(yaml("kubernetes/" + resource.asText()));
    }
    assertEquals(
        List.of("Service", "Service", "StatefulSet", "PodDisruptionBudget", "NetworkPolicy"),
        objects.stream().map(object -> object.path("kind").asText()).toList());
    JsonNode nodes = objects.get(0);
    JsonNode set = objects.get(2).path("spec");
    assertEquals(nodes.at("/metadata/name").asText(), set.path("serviceName").asText());
    assertTrue(nodes.at("/spec/publishNotReadyAddresses").asBoolean());
    // A link to the Service longshore is a variable LONGSHORE_PORT, and no number.
    assertTrue(objects.stream().anyMatch(DeployTest::isServiceOfOurName));
    JsonNode links = set.at("/template/spec/enableServiceLinks");
    assertTrue(links.isBoolean() && !links.asBoolean(), "links: " + links);

    JsonNode container = set.at("/template/spec/containers/0");
    Map<String, Integer> ports =
        Map.of(
            "http", defaults.getInt("longshore.gateway.port"),
            "cluster", defaults.getInt("longshore.node.port"));
    assertEquals(2, container.path("ports").size());
    for (JsonNode port : container.path("ports")) {
      assertEquals(ports.get(port.path("name").asText()), port.path("containerPort").asInt());
    }
    for (JsonNode service : objects.subList(0, 2)) {
      JsonNode port = service.at("/spec/ports/0");
      assertEquals(ports.get(port.path("name").asText()), port.path("port").asInt());
    }
    // Clients come from anywhere; who reaches the cluster's port is taken for a node.
    JsonNode anybody = objects.get(4).at("/spec/ingress/0");
    JsonNode ours = objects.get(4).at("/spec/ingress/1");
    assertTrue(anybody.path("from").isMissingNode());
    assertEquals(ports.get("http"), anybody.at("/ports/0/port").asInt());
    assertEquals(ports.get("cluster"), ours.at("/ports/0/port").asInt());
    assertEquals(objects.get(4).at("/spec/podSelector"), ours.at("/from/0/podSelector"));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertTrue(container.at("/" + probe + "/httpGet/path").asText().startsWith("/health/"));
      assertEquals("http", container.at("/" + probe + "/httpGet/port").asText());
    }

    Map<String, String> environment = new java.util.HashMap<>();
    for (JsonNode variable : container.path("env")) {
      environment.put(variable.path("name").asText(), variable.path("value").asText("10.0.0.1"));
    }
    environment.put("LONGSHORE_DB_URL", "jdbc:postgresql://db/longshore");
    Settings settings = settings(environment);
    assertEquals("longshore-nodes:25520", settings.node().joining().dns());
    assertEquals("0.0.0.0", settings.gateway().host());
    int grace = set.at("/template/spec/terminationGracePeriodSeconds").asInt();
    Duration stopping = settings.stopTimeout();
    assertTrue(grace > stopping.toSeconds(), "" + grace);
    assertFalse(settings.node().drainDelay().isZero());
  }

  @Test
  void when_compose_starts_the_nodes_then_each_is_a_seed_of_the_others() throws IOException {
    JsonNode services = yaml("compose.yaml").get(0).path("services");
    JsonNode common = yaml("compose.yaml").get(0).path("x-environment");
    List<String> seeds = List.of(common.path("LONGSHORE_SEEDS").asText().split(","));
    List<String> nodes = new ArrayList<>();
    services
        .properties()
        .forEach(
            service -> {
              JsonNode host = service.getValue().at("/environment/LONGSHORE_CLUSTER_HOST");
              if (!host.isMissingNode()) {
                assertEquals(service.getKey(), host.asText());
                nodes.add(host.asText() + ":" + defaults.getInt("longshore.node.port"));
              }
            });
    assertEquals(seeds, nodes);
    Map<String, String> environment =
        new ObjectMapper()
            .convertValue(
                common,
                new com.fasterxml.jackson.core.type.TypeReference<Map<String, String>>() {});
    assertEquals(2, settings(environment).node().expectedMembers());
  }

  @Test
  void when_compose_asks_a_node_for_its_health_then_it_is_healthy_once_ready(@TempDir Path data)
      throws Exception {
    List<String> command = new ArrayList<>();
    yaml("compose.yaml")
        .get(0)
        .at("/x-node/healthcheck/test")
        .forEach(c -> command.add(c.asText()));
    assertEquals("CMD", command.remove(0));
    Map<String, Object> flags =
        Map.of("longshore.gateway.port", 0, "longshore.node.data", data.toString());
    try (Node node = Node.start(Configuration.load(flags, Map.of(), ConfigFactory.empty()))) {
      Api.of(node).awaitReady();
      String here = "/127.0.0.1/" + node.httpAddress().orElseThrow().getPort();
      command.replaceAll(part -> part.replace("/127.0.0.1/8470", here));
      assertTrue(command.toString().contains(here), command.toString());
      Process check = new ProcessBuilder(command).redirectErrorStream(true).start();
      assertTrue(check.waitFor(60, TimeUnit.SECONDS));
      String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, check.exitValue(), said);
    }
  }

  @Test
  void when_systemd_starts_a_node_then_its_settings_are_valid() throws IOException {
    Map<String, String> environment = new java.util.HashMap<>();
    for (String line : Files.readAllLines(DEPLOY.resolve("systemd/longshore.env"))) {
      if (!line.startsWith("#")) {
        environment.put(
            line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
      }
    }
    assertEquals(3, settings(environment).node().joining().seeds().size());
    String unit = Files.readString(DEPLOY.resolve("systemd/longshore.service"));
    assertTrue(unit.contains("RestartPreventExitStatus=2\n"), unit);
    assertFalse(unit.contains("SuccessExitStatus"), "serve ends with 0 when it is told to stop");
  }

  private static Settings settings(Map<String, String> environment) {
    return Settings.from(Configuration.load(Map.of(), environment, ConfigFactory.empty()));
  }
}

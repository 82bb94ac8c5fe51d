package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was given lies over what was not, and what means nothing is said. */
class ConfigurationTest {
  private static final Map<String, String> NOWHERE = Map.of();
  @TempDir Path directory;

  private Config file(String text) throws IOException {
    return Configuration.file(Files.writeString(directory.resolve("mine.conf"), text));
  }

  private static Config given(String text) {
    return Configuration.load(Map.of(), NOWHERE, ConfigFactory.parseString(text));
  }

  private static String problems(String text) {
    Config config = given(text);
    return String.valueOf(
        assertThrows(ConfigurationException.class, () -> Settings.from(config)).getMessage());
  }

  @Test
  void when_a_value_is_given_in_several_places_then_flags_win_over_environment_over_file()
      throws IOException {
    Config file =
        file(
            """
            longshore.gateway.port = 1
            longshore.gateway.host = filed
            longshore.node.region = filed
            """);
    Map<String, String> environment =
        Map.of("LONGSHORE_PORT", "2", "LONGSHORE_HOST", "environed", "LONGSHORE_REGION", "");

    Config config = Configuration.load(Map.of("longshore.gateway.port", 3), environment, file);

    assertEquals(3, config.getInt("longshore.gateway.port"));
    assertEquals("environed", config.getString("longshore.gateway.host"));
    assertEquals("filed", config.getString("longshore.node.region"), "an empty variable is none");
    assertEquals("longshore", config.getString("longshore.node.cluster"));
  }

  @Test
  void when_a_list_comes_as_one_text_then_commas_divide_it() {
    Config config =
        Configuration.load(
            Map.of("longshore.node.roles", "work"),
            Map.of("LONGSHORE_SEEDS", "a:1, b:2"),
            ConfigFactory.empty());

    assertEquals(List.of("a:1", "b:2"), config.getStringList("longshore.node.seeds"));
    assertEquals(List.of("work"), config.getStringList("longshore.node.roles"));
  }

  @Test
  void when_variables_are_named_then_each_sets_something_that_there_is() {
    Config defaults = Configuration.defaults();
    Configuration.variables()
        .forEach((path, name) -> assertTrue(defaults.hasPath(path), name + " sets " + path));
  }

  @Test
  void when_a_key_is_unknown_then_the_error_names_the_place_and_the_nearest() throws IOException {
    Config file = file("longshore.gateway {\n  prot = 1\n  body = 3 MiB\n}\n");
    Config config = Configuration.load(Map.of(), NOWHERE, file);

    String message =
        String.valueOf(
            assertThrows(ConfigurationException.class, () -> Settings.from(config)).getMessage());

    assertTrue(message.contains("mine.conf: 2: there is no longshore.gateway.prot."), message);
    assertTrue(message.contains("The nearest is longshore.gateway.port"), message);
    assertTrue(message.contains("The nearest is longshore.gateway.limits.body"), message);
  }

  @Test
  void when_a_section_takes_any_names_then_none_is_unknown() {
    Settings settings =
        Settings.from(given("longshore.coordinator.assignment.strategies.shout = round-robin"));
    assertEquals(1, settings.node().expectedMembers());
  }

  @Test
  void when_much_is_wrong_then_all_of_it_is_told_at_once() {
    String message =
        problems(
            """
            longshore.gateway.port = 70000
            longshore.gateway.max-wait = 1 ms
            longshore.node.roles = [cook]
            longshore.node.split-brain = hope
            longshore.registry.max-scan = many
            longshore.ledger.linger = -1 s
            longshore.agents.shards = 0
            longshore.nods.port = 1
            """);

    for (String part :
        List.of(
            "8 problems",
            "longshore.gateway.port",
            "longshore.gateway.max-wait",
            "[cook]",
            "'hope'",
            "max-scan",
            "longshore.ledger",
            "longshore.agents.shards",
            "longshore.nods.port")) {
      assertTrue(message.contains(part), part + " in " + message);
    }
  }

  @Test
  void when_one_value_is_wrong_then_the_right_ones_beside_it_are_not_blamed() {
    String message =
        problems(
            """
            longshore.gateway.limits { batch-body = 512 MiB, in-flight-bytes = 1 GiB }
            longshore.gateway.port = -1
            """);
    assertFalse(message.contains("problems"), message);
    assertTrue(message.contains("longshore.gateway.port"), message);
  }

  @Test
  void when_it_is_printed_then_it_loads_again_as_the_same_without_secrets() throws IOException {
    Map<String, String> environment =
        Map.of("LONGSHORE_DB_PASSWORD", "hunter2", "LONGSHORE_SEEDS", "a:1,b:2");
    Config file =
        file(
            """
            longshore.node.database.url = "jdbc:postgresql://db/longshore"
            longshore.agents.handlers."my agent" { handler = echo }
            pekko.cluster.log-info = off
            """);
    Config config =
        Configuration.load(
            Map.of("longshore.gateway.port", Configuration.flag("--port", 99)), environment, file);

    String printed = ConfigPrint.of(config);

    assertFalse(printed.contains("hunter2"), printed);
    assertTrue(printed.contains("longshore.gateway.port = 99  # flag --port"), printed);
    assertTrue(printed.contains("longshore.gateway.max-wait = \"60 s\"  # default"), printed);
    assertTrue(printed.contains("(hidden)  # environment LONGSHORE_DB_PASSWORD"), printed);
    assertTrue(printed.lines().anyMatch(line -> line.matches(".*url = .*mine.conf: 1")), printed);
    Path again = Files.writeString(directory.resolve("again.conf"), printed);
    Config loaded =
        Configuration.load(
            Map.of(), Map.of("LONGSHORE_DB_PASSWORD", "hunter2"), Configuration.file(again));
    assertEquals(config.getConfig("longshore"), loaded.getConfig("longshore"));
    assertEquals(config.getConfig("pekko"), loaded.getConfig("pekko"));
  }

  @Test
  void when_a_url_holds_a_password_then_it_is_not_shown() {
    String printed =
        ConfigPrint.of(
            given("longshore.node.database.url = \"jdbc:postgresql://db/l?password=hunter2\""));
    assertFalse(printed.contains("hunter2"), printed);
  }

  @Test
  void when_requests_or_handlers_may_take_long_at_the_end_then_the_node_waits_for_both() {
    assertRequestsDoneWithin(15, given(""));
    assertRequestsDoneWithin(45, given("longshore.gateway.shutdown-deadline = 40 s"));
    assertRequestsDoneWithin(125, given("longshore.agents.leave-timeout = 2 minutes"));
  }

  private static void assertRequestsDoneWithin(int seconds, Config config) {
    Settings settings = Settings.from(config);
    Config pekko = settings.toPekkoConfig().withFallback(config);
    assertEquals(
        Duration.ofSeconds(seconds),
        pekko.getDuration("pekko.coordinated-shutdown.phases.service-requests-done.timeout"));
    assertEquals(Duration.ofSeconds(45 + seconds), settings.stopTimeout());
  }

  @Test
  void when_keys_differ_in_some_characters_then_so_many_have_to_change() {
    assertEquals(0, KnownKeys.distance("port", "port"));
    assertEquals(2, KnownKeys.distance("prot", "port"));
    assertEquals(4, KnownKeys.distance("", "port"));
    assertEquals(3, KnownKeys.distance("kitten", "sitting"));
  }
}

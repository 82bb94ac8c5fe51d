package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandlersTest {

  @Test
  void when_handlers_are_on_the_class_path_then_they_are_found() {
    assertEquals(Set.of(), Handlers.of().names());
    Handlers loaded = load("");
    assertEquals(Set.of("listed"), loaded.names());
    assertEquals(List.of(), loaded.agents());
    assertFalse(loaded.find("echo").isPresent());
  }

  @Test
  void when_two_handlers_have_one_name_then_the_node_does_not_start() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Handlers.of(new Listed(), new Listed()));

    assertTrue(String.valueOf(refusal.getMessage()).startsWith("Two handlers are named listed"));
  }

  @Test
  void when_the_configuration_names_handlers_then_it_makes_agents_of_them() {
    Handlers handlers =
        load(
            """
            a { handler = listed, capabilities = [x, y], concurrency = 4, labels { tier = gold } }
            b { handler = "%s" }
            """
                .formatted(Unlisted.class.getName()));

    assertEquals(
        List.of(
            new AgentSpec(
                "a",
                Set.of("x", "y"),
                Map.of("tier", "gold"),
                Set.of(),
                4,
                null,
                null,
                null,
                Delivery.handler("listed")),
            new AgentSpec(
                "b",
                Set.of("unlisted"),
                Map.of(),
                Set.of(),
                1,
                null,
                null,
                null,
                Delivery.handler("unlisted"))),
        handlers.agents());
    assertEquals(Set.of("listed", "unlisted"), handlers.names());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "handler = gone | a names the handler gone, which this node has not; it has [listed]",
        "handler = java.lang.String | a names the class java.lang.String, which cannot be used",
        "capabilities = [x] | a is not as it must be",
        "handler = listed, concurency = 4 | a has no setting concurency",
        "handler = listed, capabilities = [\"x y\"] | a has the name 'x y'",
        "handler = listed, concurrency = many | a is not as it must be"
      })
  void when_an_agent_of_the_configuration_is_wrong_then_the_node_does_not_start_and_says_why(
      String agent, String message) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> load("a { " + agent + " }"));

    String said = String.valueOf(refusal.getMessage());
    assertTrue(said.startsWith("longshore.agents.handlers." + message), said);
  }

  private static Handlers load(String agents) {
    return Handlers.load(
        ConfigFactory.parseString("longshore.agents.handlers {\n" + agents + "\n}")
            .withFallback(ConfigFactory.load()));
  }

  /** Named in this module's test resources. */
  public static final class Listed implements TaskHandler {
    @Override
    public String name() {
      return "listed";
    }

    @Override
    public byte[] handle(Lease lease, TaskContext context) {
      return lease.input();
    }
  }

  /** Named nowhere. */
  public static final class Unlisted implements TaskHandler {
    @Override
    public String name() {
      return "unlisted";
    }

    @Override
    public byte[] handle(Lease lease, TaskContext context) {
      return lease.input();
    }
  }
}

package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.Route;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoordinatorSettingsTest {

  @Test
  void when_nothing_is_configured_then_the_shipped_settings_hold() {
    CoordinatorSettings settings = CoordinatorSettings.from(ConfigFactory.load());
    assertEquals(Duration.ofHours(24), settings.ledger().retention());
    assertEquals(Duration.ofHours(24), settings.ledger().keyRetention());
    assertEquals(Duration.ofSeconds(1), settings.ledger().backoff().first());
    assertEquals(Duration.ofMinutes(5), settings.ledger().backoff().longest());
    assertEquals(16, settings.partitions().count());
    assertEquals(2.0, settings.assignment().moveFactor());
  }

  @Test
  void when_a_capability_has_its_own_strategy_then_it_holds_for_that_one_alone() {
    var config =
        ConfigFactory.parseString(
                "longshore.coordinator.assignment.strategies { \"image.resize\" = round-robin }")
            .withFallback(ConfigFactory.load());
    var strategies = CoordinatorSettings.from(config).assignment().strategies();
    assertEquals(Strategies.ROUND_ROBIN, strategies.of(Route.capability("image.resize")));
    assertEquals(Strategies.SHORTEST_COMPLETION, strategies.of(Route.capability("echo")));
    assertEquals(Strategies.SHORTEST_COMPLETION, strategies.of(Route.agent("image.resize")));
  }

  @Test
  void when_the_heap_is_large_then_a_partition_takes_no_more_than_can_be_saved() {
    assertEquals(
        256L << 20, maxBytes("longshore.ledger { max-bytes = auto, partitions.count = 1 }"));
    assertEquals(512L << 20, maxBytes("longshore.ledger.max-bytes = 512 MiB"));
  }

  private static long maxBytes(String config) {
    return CoordinatorSettings.from(
            ConfigFactory.parseString(config).withFallback(ConfigFactory.load()))
        .ledger()
        .maxBytes();
  }

  @ParameterizedTest
  @CsvSource({
    "longshore.ledger.max-live, 0",
    "longshore.ledger.max-bytes, 0",
    "longshore.ledger.max-bytes, 513 MiB",
    "longshore.ledger.max-lingering, -1",
    "longshore.ledger.linger, -1s",
    "longshore.ledger.offer-window, 0",
    "longshore.ledger.reoffer-after, 0s",
    "longshore.ledger.max-waiters, -1",
    "longshore.ledger.backoff.first, 0s",
    "longshore.ledger.backoff.longest, 1ms",
    "longshore.coordinator.shards, 0",
    "longshore.coordinator.move-factor, 0.5",
    "longshore.coordinator.max-moves, -1",
    "longshore.coordinator.tick, 0s",
    "longshore.coordinator.assumed-service, 0s",
    "longshore.coordinator.silent-after, 0s",
    "longshore.coordinator.resend-after, 0s",
    "longshore.coordinator.penalty-half-life, 0s",
    "longshore.coordinator.penalties.failure, -1",
    "longshore.coordinator.max-exclusion, 0s",
    "longshore.coordinator.spill-over, -1s",
    "longshore.coordinator.park-for, 0s",
    "longshore.coordinator.recommendations.target-utilization, 0",
    "longshore.coordinator.recommendations.target-utilization, 1.1",
    "longshore.coordinator.recommendations.drain-within, 0s",
    "longshore.coordinator.recommendations.interval, 0s",
    "longshore.coordinator.recommendations.ask-timeout, 0s",
    "longshore.coordinator.recommendations.max-per-node, 0",
    "longshore.coordinator.assignment.strategy, fastest",
    "longshore.coordinator.assignment.strategies.echo, fastest",
    "longshore.coordinator.assignment.strategies.image.resize, round-robin"
  })
  void when_a_setting_is_out_of_range_then_it_says_so(String path, String value) {
    var config = ConfigFactory.parseString(path + " = " + value).withFallback(ConfigFactory.load());
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> CoordinatorSettings.from(config));
    assertTrue(String.valueOf(error.getMessage()).length() > 10);
  }
}

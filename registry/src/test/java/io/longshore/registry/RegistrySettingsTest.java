package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {

  @Test
  void when_nothing_is_set_then_the_defaults_are_valid() {
    RegistrySettings settings = RegistrySettings.from(ConfigFactory.load());
    assertEquals(10_000, settings.maxAgents());
    assertEquals(16L * 1024 * 1024, settings.maxBytes());
    assertEquals(Duration.ofSeconds(3), settings.watchInterval());
    assertEquals(16, settings.partitions().count());
  }

  @Test
  void when_the_common_partition_settings_change_then_these_follow() {
    Config config =
        ConfigFactory.load(
            ConfigFactory.parseString("longshore.persistence.partitions.tick = 250 ms"));
    assertEquals(Duration.ofMillis(250), RegistrySettings.from(config).partitions().tick());
  }

  @Test
  void when_the_own_partition_settings_change_then_they_win() {
    Config config =
        ConfigFactory.load(ConfigFactory.parseString("longshore.registry.partitions.count = 4"));
    assertEquals(4, RegistrySettings.from(config).partitions().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-agents = 0",
        "max-bytes = 1 KiB",
        "watch-interval = 1 ms",
        "subscription-timeout = 5 s",
        "max-subscribers = 0",
        "max-scan = 99",
        "recent-changes = 999",
      })
  void when_a_value_is_out_of_range_then_the_error_names_it(String setting) {
    Config config =
        ConfigFactory.load(ConfigFactory.parseString("longshore.registry { " + setting + " }"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> RegistrySettings.from(config));
    String name = setting.substring(0, setting.indexOf(' '));
    assertTrue(String.valueOf(e.getMessage()).contains("longshore.registry." + name), e::toString);
  }
}

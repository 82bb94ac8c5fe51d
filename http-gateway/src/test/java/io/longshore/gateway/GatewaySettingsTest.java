package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The defaults are those of the API, and nonsense does not start. */
class GatewaySettingsTest {

  @Test
  void when_nothing_is_said_then_the_defaults_are_those_of_the_api() {
    GatewaySettings settings = GatewaySettings.from(ConfigFactory.load());
    assertEquals("127.0.0.1", settings.host());
    assertEquals(Duration.ofSeconds(60), settings.maxWait());
    assertEquals(1024 * 1024, settings.limits().body());
    assertEquals(Duration.ofSeconds(30), settings.tasks().lease());
    assertEquals(Duration.ofSeconds(1), settings.tasks().minLease());
    assertEquals(Duration.ofHours(12), settings.tasks().maxLease());
    assertEquals(5, settings.tasks().attempts());
  }

  @Test
  void when_sizes_are_automatic_then_waiting_agents_fit_half_the_heap_and_each_limit_is_reached() {
    GatewaySettings settings = GatewaySettings.from(ConfigFactory.load());
    int waiting = settings.limits().waiting();

    assertTrue(waiting > 0 && waiting <= 16_384);
    assertTrue(waiting * (90L << 10) <= Runtime.getRuntime().maxMemory() / 2);
    assertEquals(
        settings.limits().requests() + waiting + settings.overload().arriving(),
        settings.overload().connections());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "port = 65536",
        "port = -1",
        "max-wait = 500 ms",
        "body-timeout = 0 s",
        "shutdown-deadline = -1 s",
        "stream-read-timeout = 0 s",
        "limits.requests = 0",
        "limits.waiting = 0",
        "limits.body = 0",
        "limits.batch-body = 1 KiB",
        "limits.batch-items = 0",
        "limits.in-flight-bytes = 1 MiB",
        "limits.leases = 0",
        "limits.page-size = 0",
        "messages.receive-max = 0",
        "messages.stream-batch = 0",
        "connection.max-message = 0",
        "connection.in-flight = 0",
        "limits.connections = 4000",
        "limits.arriving = 0",
        "limits.min-requests = 0",
        "limits.acceptable-latency = 0 s",
        "limits.acceptable-delay = 0 s",
        "stream-read-timeout = 0 s",
        "rate-limit.per-minute = 0",
        "rate-limit.burst = 0",
        "rate-limit.clients = 0",
        "tasks.lease = 13 h",
        "tasks.lease = 500 ms",
        "tasks.min-lease = 0 s",
        "tasks.attempts = 0",
        "tasks.attempts = 101",
        "tasks.max-ttl = 0 s"
      })
  void when_a_setting_is_out_of_range_then_its_name_is_told(String setting) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                GatewaySettings.from(
                    ConfigFactory.parseString("longshore.gateway." + setting)
                        .withFallback(ConfigFactory.load())));
    String group = setting.substring(0, setting.indexOf(' ')).replaceFirst("[.].*", "");
    assertTrue(String.valueOf(refused.getMessage()).startsWith("longshore.gateway." + group));
  }
}

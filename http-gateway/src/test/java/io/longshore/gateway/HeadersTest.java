package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.Doors;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What headers mean. */
class HeadersTest {
  private static final Duration MAX = Duration.ofSeconds(60);
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final Admission admission =
      new Admission(
          GatewaySettings.from(ConfigFactory.load()),
          Doors.of(testKit.system()),
          Clock.systemUTC(),
          System::nanoTime);

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=10|10",
        "WAIT=10|10",
        "respond-async, wait=10|10",
        "wait=10, respond-async|10",
        "wait = \"7\"|7",
        "wait=10;x=1|10",
        "wait=60|60",
        "wait=61|60",
        "wait=999999999|60",
        "wait=0|0",
        "wait|0",
        "wait=|0",
        "wait=1.5|0",
        "wait=-1|0",
        "await=10|0",
        "wait=99999999999999|0"
      })
  void when_a_wait_is_preferred_then_it_is_that_long_and_no_longer(String value, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), Headers.preferredWait(call("Prefer", value), MAX));
  }

  @Test
  void when_there_are_several_preferences_then_the_wait_is_found() {
    HttpRequest request =
        HttpRequest.create()
            .addHeader(RawHeader.create("Prefer", "respond-async"))
            .addHeader(RawHeader.create("Prefer", "wait=5"));
    assertEquals(Duration.ofSeconds(5), Headers.preferredWait(call(request), MAX));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"
      })
  void when_a_traceparent_is_not_valid_then_it_is_ignored(String value) {
    assertEquals(null, Headers.traceparent(call("traceparent", value)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"1\"|1|true",
        " \"1\" , \"2\"|1 2|true",
        "W/\"1\"|1|true",
        "W/\"1\", \"2\"|2|false",
        "\"\"||true",
        "\"x\", \"01\", \"-1\", \"9999999999999999999999\"||true"
      })
  void when_entity_tags_are_read_then_only_ours_count(String value, String numbers, boolean weak) {
    Violations violations = new Violations();
    ETags tags = ETags.parse("If-Match", value, weak, violations);
    violations.check();
    Set<Long> expected =
        numbers == null
            ? Set.of()
            : java.util.Arrays.stream(numbers.split(" "))
                .map(Long::valueOf)
                .collect(java.util.stream.Collectors.toSet());
    assertEquals(new ETags(false, expected), tags);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "1", "\"1", "\"1\" \"2\"", "\"1\",,\"2\"", "*, \"1\"", "w/\"1\""})
  void when_entity_tags_cannot_be_read_then_that_is_said(String value) {
    Violations violations = new Violations();
    assertEquals(null, ETags.parse("If-Match", value, true, violations));
    assertEquals("If-Match", violations.problem().errors().get(0).at());
  }

  private static Call call(String name, String value) {
    return call(HttpRequest.create().addHeader(RawHeader.create(name, value)));
  }

  private static Call call(HttpRequest request) {
    return new Call(
        request, new byte[0], admission.enter(ClientRates.UNCOUNTED, LoadShedder.Purpose.OTHER, 0));
  }
}

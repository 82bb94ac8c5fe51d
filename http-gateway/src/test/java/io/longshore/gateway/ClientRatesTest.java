package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.longshore.gateway.ClientRates.Client;
import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much a client may ask for: 60 a minute, 10 at once. */
class ClientRatesTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  private final TestClock clock = new TestClock();
  private final Door door = Doors.of(testKit.system()).door("clients-" + System.nanoTime());
  private final ClientRates rates =
      rates("enabled = true, per-minute = 60, burst = 10, clients = 2");

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private ClientRates rates(String settings) {
    return new ClientRates(
        GatewaySettings.from(
                ConfigFactory.parseString("longshore.gateway.rate-limit {" + settings + "}")
                    .withFallback(ConfigFactory.load()))
            .overload()
            .rates(),
        clock,
        door);
  }

  private static HttpRequest from(String key) {
    return HttpRequest.create().addHeader(RawHeader.create("authorization", key));
  }

  private static void assertRefused(long seconds, Runnable call) {
    ProblemException refused = assertThrows(ProblemException.class, call::run);
    assertEquals(ProblemType.RATE_LIMITED, refused.problem().type());
    assertEquals(Duration.ofSeconds(seconds), refused.problem().retryAfter());
  }

  private static String told(Client client) {
    HttpResponse response = client.told(HttpResponse.create());
    return response.getHeader("RateLimit-Policy").orElseThrow().value()
        + " "
        + response.getHeader("RateLimit").orElseThrow().value();
  }

  @Test
  void when_the_bucket_is_empty_then_one_more_may_come_just_when_it_was_told() {
    Client client = rates.of(from("one"));
    long before = door.refusals("rate");
    for (int i = 0; i < 10; i++) {
      call(client, 1);
    }
    assertEquals("\"default\";q=10;w=10 \"default\";r=0;t=10", told(client));
    assertRefused(1, () -> call(client, 1));
    clock.forward(Duration.ofMillis(999));
    assertThrows(ProblemException.class, () -> call(client, 1));
    assertEquals(before + 2, door.refusals("rate"));
    clock.forward(Duration.ofMillis(1));
    call(client, 1);
    clock.forward(Duration.ofHours(1));
    assertEquals("\"default\";q=10;w=10 \"default\";r=10;t=0", told(client));
  }

  @Test
  void when_a_call_is_about_more_than_the_bucket_holds_then_it_needs_it_full_and_leaves_a_debt() {
    Client client = rates.of(from("one"));
    call(client, 1);
    assertRefused(2, () -> call(client, 30));
    clock.forward(Duration.ofSeconds(2));
    call(client, 30);
    assertRefused(21, () -> call(client, 1));
    assertEquals("\"default\";q=10;w=10 \"default\";r=0;t=30", told(client));
    clock.forward(Duration.ofSeconds(21));
    call(client, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 9, 10, 11, 1_000})
  void when_a_call_is_refused_then_it_is_let_in_when_it_was_told(int things) {
    Client client = rates.of(from("one"));
    call(client, 10);
    ProblemException refused = assertThrows(ProblemException.class, () -> call(client, things));
    clock.forward(Objects.requireNonNull(refused.problem().retryAfter()));
    if (things > 1) { // only now it says how many
      refused = assertThrows(ProblemException.class, () -> call(client, things));
      clock.forward(Objects.requireNonNull(refused.problem().retryAfter()));
    }
    call(client, things);
  }

  @Test
  void when_a_client_may_make_one_call_at_once_then_it_may_be_about_many() {
    Client client = rates("enabled = true, per-minute = 60, burst = 1").of(from("one"));
    call(client, 3);
    assertRefused(3, () -> call(client, 1));
  }

  @Test
  void when_a_call_is_let_in_already_then_what_it_owes_is_taken_and_others_wait() {
    Client client = rates.of(from("one"));
    call(client, 10);
    client.owes(5);
    client.takeMore(0);
    assertRefused(6, () -> call(client, 1));
  }

  /** One call about so many things. */
  private static void call(Client client, int things) {
    client.take();
    client.takeMore(things - 1);
  }

  @Test
  void when_clients_differ_by_key_or_by_address_then_each_has_its_own() throws Exception {
    call(rates.of(from("one")), 10);
    assertThrows(ProblemException.class, () -> call(rates.of(from("one")), 1));
    call(rates.of(from("two")), 10);
    HttpRequest near =
        HttpRequest.create().addAttribute(AttributeKeys.remoteAddress, address("127.0.0.1"));
    HttpRequest far =
        HttpRequest.create().addAttribute(AttributeKeys.remoteAddress, address("127.0.0.2"));
    call(rates.of(near), 10);
    assertThrows(ProblemException.class, () -> call(rates.of(near), 1));
    call(rates.of(far), 10);
  }

  private static RemoteAddress address(String ip) throws Exception {
    return RemoteAddress.create(InetAddress.getByName(ip));
  }

  @Test
  void when_there_are_more_clients_than_may_be_remembered_then_the_least_recent_begins_anew() {
    call(rates.of(from("one")), 10);
    call(rates.of(from("two")), 10);
    assertThrows(ProblemException.class, () -> call(rates.of(from("one")), 1));
    call(rates.of(from("three")), 1);
    assertEquals(2, door.depth());
    assertThrows(ProblemException.class, () -> call(rates.of(from("one")), 1));
    call(rates.of(from("two")), 10);
  }

  @Test
  void when_it_is_off_then_nobody_counts_and_nothing_is_told() {
    Client client = rates("enabled = false, burst = 1").of(from("one"));
    call(client, 1_000_000);
    assertEquals(0, client.told(HttpResponse.create()).getHeaders().spliterator().estimateSize());
  }
}

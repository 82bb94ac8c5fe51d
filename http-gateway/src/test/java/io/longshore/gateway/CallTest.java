package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.Doors;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A call whose client may go before it is answered. */
class CallTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  private final List<String> done = new CopyOnWriteArrayList<>();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_the_client_is_gone_already_then_it_hangs_up_after_it_was_asked() throws Exception {
    CompletableFuture<HttpRequest> taken = new CompletableFuture<>();
    // The connection closes as soon as its only request was taken.
    Source.single(HttpRequest.GET("/"))
        .via(
            Connections.watched(
                request -> {
                  taken.complete(request);
                  return CompletableFuture.completedStage(HttpResponse.create());
                },
                1,
                new Room(
                    () -> 1,
                    "connections",
                    Doors.of(testKit.system()).door("connections"),
                    Clock.systemUTC()),
                new Semaphore(1),
                () -> false))
        .runWith(Sink.ignore(), testKit.system())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    Call call = new Call(taken.get(30, TimeUnit.SECONDS), new byte[0], permit());
    testKit
        .createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(30),
            () -> {
              assertTrue(call.abandoned());
              return done;
            });
    call.asks(this::ask, () -> done.add("hung up"));
    assertEquals(List.of("asked", "hung up"), done);
  }

  private CompletableFuture<String> ask() {
    done.add("asked");
    return new CompletableFuture<>();
  }

  private static Admission.Permit permit() {
    return new Admission(
            GatewaySettings.from(ConfigFactory.load()),
            Doors.of(testKit.system()),
            Clock.systemUTC(),
            System::nanoTime)
        .enter(ClientRates.UNCOUNTED, LoadShedder.Purpose.OTHER, 0);
  }
}

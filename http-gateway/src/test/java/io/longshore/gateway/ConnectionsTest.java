package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Doors;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Connections when there are too many; each is a stream. */
class ConnectionsTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  private final Room room =
      new Room(
          () -> 1,
          "connections",
          Doors.of(testKit.system()).door("connections"),
          Clock.systemUTC());
  private final Semaphore refusing = new Semaphore(1);
  private final Flow<HttpRequest, HttpResponse, NotUsed> watched =
      Connections.watched(
          request -> CompletableFuture.completedStage(HttpResponse.create()),
          1,
          room,
          refusing,
          () -> false);

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  /** A client that has connected and asks when it likes. */
  private final class Client {
    private final CompletableFuture<Optional<HttpRequest>> asks;
    private final CompletionStage<List<HttpResponse>> answers;

    Client() {
      Pair<CompletableFuture<Optional<HttpRequest>>, CompletionStage<List<HttpResponse>>> both =
          Source.<HttpRequest>maybe()
              .via(watched)
              .toMat(Sink.seq(), Keep.both())
              .run(testKit.system());
      asks = both.first();
      answers = both.second();
    }

    /** The status of the answer; 0 if it is closed without one. */
    int ask() throws Exception {
      asks.complete(Optional.of(HttpRequest.GET("/")));
      return closed();
    }

    int closed() throws Exception {
      List<HttpResponse> all = answers.toCompletableFuture().get(30, TimeUnit.SECONDS);
      return all.isEmpty() ? 0 : all.get(0).status().intValue();
    }
  }

  @Test
  void when_more_connect_than_can_be_told_then_those_are_closed_at_once() throws Exception {
    Client served = new Client();
    await(() -> Doors.of(testKit.system()).door("connections").depth() == 1);
    Client told = new Client();
    await(() -> refusing.availablePermits() == 0);
    assertEquals(0, new Client().closed());
    assertFalse(told.answers.toCompletableFuture().isDone());
    assertEquals(503, told.ask());
    awaitStatus(503);
    assertEquals(200, served.ask());
    awaitStatus(200);
  }

  /** Clients connect on threads of their own: each waits for the one before. */
  private void await(BooleanSupplier fact) {
    testKit
        .createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(30),
            () -> {
              assertTrue(fact.getAsBoolean());
              return fact;
            });
  }

  private void awaitStatus(int expected) {
    testKit
        .createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(30),
            () -> {
              assertEquals(expected, new Client().ask());
              return expected;
            });
  }
}

package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.persistence.Doors;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Messages in a body that is read as it comes. */
class MessageLinesTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  private final GatewaySettings settings =
      GatewaySettings.from(
          ConfigFactory.parseString("longshore.gateway.limits.requests = 1")
              .withFallback(ConfigFactory.load()));
  private final Doors doors = Doors.of(testKit.system());
  private final Admission admission =
      new Admission(settings, doors, Clock.systemUTC(), System::nanoTime);
  private final AtomicInteger read = new AtomicInteger();
  private final AtomicInteger come = new AtomicInteger();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_no_more_may_be_at_work_then_nothing_is_sent_and_the_body_is_read_to_its_end()
      throws Exception {
    Admission.Permit other = admission.enter(ClientRates.UNCOUNTED, 0);
    HttpResponse answer = answer();
    assertEquals(503, answer.status().intValue());
    assertEquals(0, read.get());
    assertEquals(3, come.get());
    other.close();
    answer();
    assertEquals(6, read.get());
  }

  private HttpResponse answer() throws Exception {
    Source<ByteString, ?> body =
        Source.range(1, 3)
            .map(
                piece -> {
                  come.incrementAndGet();
                  return ByteString.fromString("{\n{\n");
                });
    HttpRequest request =
        HttpRequest.POST("/")
            .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, body));
    try (Admission.Permit permit = admission.pass(ClientRates.UNCOUNTED, 0)) {
      return lines(new Call(request, new byte[0], permit))
          .handle()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }

  /** Reads lines that are all wrong, so that there is nothing to send. */
  @SuppressWarnings("NullAway")
  private MessageLines lines(Call call) {
    return new MessageLines(
        call,
        new Bodies(testKit.system(), settings, doors.door("arriving")),
        settings,
        null,
        SystemMaterializer.get(testKit.system()).materializer(),
        new MessageTerms(100, "test", Priority.NORMAL, 0),
        (in, terms) -> {
          read.incrementAndGet();
          throw new ProblemException(Problem.of(ProblemType.MALFORMED_REQUEST, "wrong"));
        });
  }
}

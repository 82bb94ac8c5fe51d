package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.persistence.Doors;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.stream.StreamTcpException;
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
          ConfigFactory.parseString(
                  "longshore.gateway.limits { requests = 1, body = 10, batch-body = 1000,"
                      + " in-flight-bytes = 1000, batch-items = 3 }")
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
    CompletableFuture<Admission.Permit> other = new CompletableFuture<>();
    HttpResponse answer =
        answer(
            Source.lazySource(
                () -> {
                  other.complete(
                      admission.enter(ClientRates.UNCOUNTED, LoadShedder.Purpose.OTHER, 0));
                  return pieces(3, "{\n");
                }));
    assertEquals(503, answer.status().intValue());
    assertEquals(0, read.get());
    assertEquals(3, come.get());
    other.get().close();
    answer(pieces(3, "{\n"));
    assertEquals(3, read.get());
  }

  @Test
  void when_bytes_that_come_later_do_not_fit_then_the_rest_is_read_and_refused() throws Exception {
    CompletableFuture<Done> first = new CompletableFuture<>();
    CompletableFuture<HttpResponse> answer =
        answering(
            Source.single(ByteString.fromString("{\n"))
                .concat(
                    Source.completionStage(first).flatMapConcat(done -> pieces(3, "123456789\n"))));
    awaitBytes(0, 1);
    Admission.Permit other = admission.enter(ClientRates.UNCOUNTED, LoadShedder.Purpose.OTHER, 995);
    first.complete(Done.getInstance());
    HttpResponse busy = answer.get(30, TimeUnit.SECONDS);
    assertEquals(503, busy.status().intValue());
    assertTrue(text(busy).contains("Messages accepted until then: 0."), text(busy));
    assertEquals(3, come.get());
    assertEquals(995, doors.door("bytes").depth());
    other.close();
  }

  @Test
  void when_a_piece_was_sent_then_only_the_line_that_has_begun_counts() throws Exception {
    CompletableFuture<Done> rest = new CompletableFuture<>();
    CompletableFuture<HttpResponse> answer =
        answering(
            Source.single(ByteString.fromString("{\n{\n1234"))
                .concat(Source.completionStage(rest).map(done -> ByteString.fromString("5"))));
    awaitBytes(4, 2);
    rest.complete(Done.getInstance());
    answer.get(30, TimeUnit.SECONDS);
    assertEquals(3, read.get());
    assertEquals(0, doors.door("bytes").depth());
  }

  @Test
  void when_a_body_comes_byte_by_byte_then_its_lines_are_read_like_any() throws Exception {
    Source<ByteString, ?> body =
        Source.from(List.of("1", "\n", "2", "2", "\n", "3", "3", "3")).map(ByteString::fromString);
    HttpResponse answer = answer(body);
    assertEquals(3, read.get());
    assertTrue(text(answer).contains("wrong"), text(answer));
    assertEquals(0, doors.door("bytes").depth());
  }

  @Test
  void when_there_are_more_lines_than_may_be_then_those_beyond_are_not_read() throws Exception {
    HttpResponse answer = answer(pieces(5, "{\n"));
    assertEquals(3, read.get());
    assertTrue(text(answer).contains("wrong"), text(answer));
  }

  @Test
  void when_the_body_has_come_with_its_head_then_its_lines_are_read_like_any() throws Exception {
    HttpResponse answer = answering(strict("{\n{\n{")).get(30, TimeUnit.SECONDS);
    assertEquals(400, answer.status().intValue());
    assertEquals(3, read.get());
    assertEquals(0, doors.door("bytes").depth());
  }

  @Test
  void when_the_body_has_come_with_its_head_and_is_too_large_then_nothing_of_it_is_read()
      throws Exception {
    HttpResponse answer = answering(strict("{\n".repeat(501))).get(30, TimeUnit.SECONDS);
    assertEquals(413, answer.status().intValue());
    assertEquals(0, read.get());
  }

  @Test
  void when_the_body_has_come_with_its_head_and_there_is_no_room_then_it_is_refused()
      throws Exception {
    Admission.Permit other = admission.enter(ClientRates.UNCOUNTED, LoadShedder.Purpose.OTHER, 999);
    other.waits();
    HttpResponse busy = answering(strict("{\n")).get(30, TimeUnit.SECONDS);
    assertEquals(503, busy.status().intValue());
    assertEquals(0, read.get());
    other.close();
    assertEquals(0, doors.door("bytes").depth());
  }

  @Test
  void when_the_first_lines_were_let_in_then_later_ones_are_owed_and_not_refused()
      throws Exception {
    ClientRates.Client client = client("per-minute = 60, burst = 2");
    client.take();
    CompletableFuture<Done> rest = new CompletableFuture<>();
    CompletableFuture<HttpResponse> answer =
        answering(
            HttpEntities.create(
                ContentTypes.APPLICATION_OCTET_STREAM,
                Source.single(ByteString.fromString("{\n{\n"))
                    .concat(
                        Source.completionStage(rest).map(done -> ByteString.fromString("{\n{\n")))),
            client);
    awaitBytes(0, 2);
    rest.complete(Done.getInstance());
    assertEquals(400, answer.get(30, TimeUnit.SECONDS).status().intValue());
    assertEquals(
        "\"default\";r=0;t=4",
        client.told(HttpResponse.create()).getHeader("RateLimit").orElseThrow().value());
  }

  private ClientRates.Client client(String limit) {
    GatewaySettings limited =
        GatewaySettings.from(
            ConfigFactory.parseString(
                    "longshore.gateway.rate-limit { enabled = true, " + limit + " }")
                .withFallback(ConfigFactory.load()));
    return new ClientRates(limited.overload().rates(), new TestClock(), doors.door("clients"))
        .of(HttpRequest.create());
  }

  @Test
  void when_the_client_resets_its_connection_then_the_body_ended_before_its_end() throws Exception {
    HttpResponse answer =
        answer(
            pieces(1, "{\n")
                .concat(Source.failed(new StreamTcpException("Connection reset by peer"))));
    assertEquals(400, answer.status().intValue());
    assertTrue(text(answer).contains("The body ended before its end."), text(answer));
  }

  private void awaitBytes(long held, int lines) {
    testKit
        .createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(30),
            () -> {
              assertEquals(lines, read.get());
              assertEquals(held, doors.door("bytes").depth());
              assertEquals(0, doors.door("requests").depth());
              return held;
            });
  }

  private static String text(HttpResponse response) {
    return ((HttpEntity.Strict) response.entity()).getData().utf8String();
  }

  private Source<ByteString, NotUsed> pieces(int count, String text) {
    return Source.range(1, count)
        .map(
            piece -> {
              come.incrementAndGet();
              return ByteString.fromString(text);
            });
  }

  private HttpResponse answer(Source<ByteString, ?> body) throws Exception {
    return answering(body).get(30, TimeUnit.SECONDS);
  }

  private CompletableFuture<HttpResponse> answering(Source<ByteString, ?> body) {
    return answering(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, body));
  }

  private static RequestEntity strict(String text) {
    return HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, ByteString.fromString(text));
  }

  private CompletableFuture<HttpResponse> answering(RequestEntity body) {
    return answering(body, ClientRates.UNCOUNTED);
  }

  private CompletableFuture<HttpResponse> answering(RequestEntity body, ClientRates.Client client) {
    HttpRequest request = HttpRequest.POST("/").withEntity(body);
    Admission.Permit permit = admission.arrive(client, LoadShedder.Purpose.NEW_WORK, 0);
    return lines(new Call(request, new byte[0], permit))
        .handle()
        .whenComplete((response, failure) -> permit.close())
        .toCompletableFuture();
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

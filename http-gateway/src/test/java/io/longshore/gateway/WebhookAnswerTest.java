package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskFailure;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WebhookSender.Done;
import io.longshore.agents.WebhookSender.Failed;
import io.longshore.agents.WebhookSender.Later;
import io.longshore.agents.WebhookSender.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookAnswerTest {
  private static final long NOW = Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();

  @ParameterizedTest
  @CsvSource({
    "301, false, false", "400, false, true", "401, false, false", "404, false, false",
    "408, true, false", "409, false, true", "422, false, true", "425, true, false",
    "429, true, false", "500, true, false", "501, true, false", "503, true, false"
  })
  void when_the_status_is_no_success_then_it_says_whether_to_try_again_and_whether_it_works(
      int status, boolean retryable, boolean healthy) {
    Reply reply = answer(status, null, "<html>").reply(List.of(lease("t1")), false);

    assertEquals(healthy, reply.healthy());
    assertEquals(
        new TaskFailure("webhook-status", "the webhook answered " + status, retryable, null),
        failure(reply));
  }

  @Test
  void when_the_body_says_why_then_it_counts_more_than_the_status() {
    String body =
        """
        {"error": {"code": "no-paper", "message": "tray 2", "x": 1}, "retryable": true,
         "retryAfterSeconds": 1.5, "trace": [{}]}""";
    Reply reply = answer(422, null, body).reply(List.of(lease("t1")), false);

    assertEquals(new TaskFailure("no-paper", "tray 2", true, 1_500L), failure(reply));
    assertTrue(reply.healthy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 7000",
        "0 | 0",
        "Tue, 01 Jan 2030 00:00:09 GMT | 9000",
        "Mon, 31 Dec 2029 00:00:00 GMT | 0",
        "99999999999999999999 | 60000",
        "3600 | 60000",
        "soon |"
      })
  void when_it_says_when_to_come_again_then_that_is_the_delay(
      String header, @Nullable Long millis) {
    assertEquals(
        millis,
        failure(answer(503, header, "").reply(List.of(lease("t1")), false)).retryAfterMillis());
  }

  @Test
  void when_it_is_a_success_then_the_body_is_the_output() {
    assertOutput(" {\"a\": 1.50} ", "{\"a\": 1.50}");
    assertOutput("7", "7");
    assertOutput("", "null");
    for (String wrong : List.of("hello", "{} {}", "{")) {
      Reply reply = answer(200, null, wrong).reply(List.of(lease("t1")), false);
      assertEquals("invalid-output", failure(reply).code(), wrong);
      assertFalse(failure(reply).retryable());
    }
  }

  @Test
  void when_it_is_accepted_then_the_agent_ends_it_later() {
    Reply reply = answer(202, null, "").reply(List.of(lease("t1")), false);
    assertInstanceOf(Later.class, reply.results().get(0));
    assertTrue(reply.healthy());
  }

  @Test
  void when_a_batch_is_answered_then_each_task_has_its_own_result() {
    String body =
        """
        {"results": [
          {"taskId": "t3", "error": {"message": "no"}, "retryable": false},
          {"taskId": "t1", "output": [1]},
          {"taskId": "foreign", "output": 2}
        ]}""";
    Reply reply =
        answer(200, null, body).reply(List.of(lease("t1"), lease("t2"), lease("t3")), true);

    assertEquals("[1]", text(assertInstanceOf(Done.class, reply.results().get(0))));
    assertEquals("webhook-no-result", ((Failed) reply.results().get(1)).failure().code());
    assertEquals(
        new TaskFailure("agent-error", "no", false, null),
        ((Failed) reply.results().get(2)).failure());
    Reply broken = answer(200, null, "ok").reply(List.of(lease("t1")), true);
    assertEquals("invalid-output", failure(broken).code());
  }

  @Test
  void when_a_request_is_signed_then_it_is_as_standard_webhooks_has_it() {
    // The example of the specification's reference libraries.
    assertEquals(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.of(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}".getBytes(UTF_8)));
    assertTrue(WebhookSignature.isSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    assertFalse(WebhookSignature.isSecret("whsec_MfKQ9r8G"));
    assertFalse(WebhookSignature.isSecret("whsec_*fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    assertFalse(WebhookSignature.isSecret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  }

  private static void assertOutput(String body, String output) {
    Reply reply = answer(201, null, body).reply(List.of(lease("t1")), false);
    assertEquals(output, text(assertInstanceOf(Done.class, reply.results().get(0))));
  }

  private static String text(Done done) {
    return new String(done.output(), UTF_8);
  }

  private static TaskFailure failure(Reply reply) {
    return assertInstanceOf(Failed.class, reply.results().get(0)).failure();
  }

  private static WebhookAnswer answer(int status, @Nullable String retryAfter, String body) {
    return new WebhookAnswer(status, retryAfter, body.getBytes(UTF_8), Duration.ofMinutes(1), NOW);
  }

  private static Lease lease(String taskId) {
    return new Lease(
        taskId,
        "token",
        1,
        NOW,
        Route.capability("x"),
        "1".getBytes(UTF_8),
        Priority.NORMAL,
        0,
        Map.of(),
        null,
        null,
        List.of());
  }
}

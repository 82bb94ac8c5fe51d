package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How problems are told. */
class ProblemsTest {

  @ParameterizedTest
  @CsvSource({"0,1", "1,1", "999,1", "1000,1", "1001,2", "2500,3", "60000,60"})
  void when_there_is_a_time_to_come_back_then_it_is_whole_seconds_and_not_too_soon(
      long millis, long seconds) {
    assertEquals(seconds, Problem.retryAfterSeconds(Duration.ofMillis(millis)));
  }

  @Test
  void when_nothing_was_sent_then_it_may_be_sent_again() {
    HttpResponse response =
        Problems.answer(new Answer.Overloaded<>(Duration.ofMillis(1500)), reply -> none());
    assertEquals(429, response.status().intValue());
    assertEquals("2", response.getHeader("Retry-After").orElseThrow().value());
    assertTrue(body(response).contains("Nothing has changed"), body(response));
  }

  @Test
  void when_there_was_no_reply_then_the_same_key_is_asked_for() {
    HttpResponse response =
        Problems.answer(new Answer.Indeterminate<>(Duration.ZERO), reply -> none());
    assertEquals(503, response.status().intValue());
    assertEquals("1", response.getHeader("Retry-After").orElseThrow().value());
    assertTrue(body(response).contains("/problems/indeterminate"), body(response));
    assertTrue(body(response).contains("same Idempotency-Key"), body(response));
  }

  @Test
  void when_a_problem_is_wrapped_then_it_is_still_that_problem() {
    ProblemException problem =
        new ProblemException(Problem.of(ProblemType.LEASE_LOST, "It is lost."));
    HttpResponse response =
        Problems.failure(new CompletionException(new CompletionException(problem)));
    assertEquals(409, response.status().intValue());
    assertEquals(
        "{\"type\":\"/problems/lease-lost\",\"title\":\"The lease is lost\",\"status\":409,"
            + "\"detail\":\"It is lost.\"}",
        body(response));
  }

  @Test
  void when_a_failure_was_not_foreseen_then_its_words_stay_here() {
    HttpResponse response = Problems.failure(new IllegalStateException("password"));
    assertEquals(500, response.status().intValue());
    assertFalse(body(response).contains("password"));
  }

  @Test
  void when_types_are_compared_then_each_is_its_own() {
    assertEquals(
        ProblemType.values().length,
        Arrays.stream(ProblemType.values())
            .map(ProblemType::uri)
            .collect(Collectors.toSet())
            .size());
  }

  private static HttpResponse none() {
    throw new AssertionError("There is no reply");
  }

  private static String body(HttpResponse response) {
    return new String(
        ((HttpEntity.Strict) response.entity()).getData().toArrayUnsafe(), StandardCharsets.UTF_8);
  }
}

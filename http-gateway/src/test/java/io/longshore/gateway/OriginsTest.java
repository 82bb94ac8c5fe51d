package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose pages may call. */
class OriginsTest {
  private static final HttpRequest POST =
      HttpRequest.POST("/v1/agents/a:drain").addHeader(RawHeader.create("Host", "node:8470"));

  private static HttpRequest from(String origin) {
    return POST.addHeader(RawHeader.create("Origin", origin));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://node:8470", "https://NODE:8470"})
  void when_a_page_of_the_node_calls_then_it_may(String origin) {
    Origins.check(from(origin));
    Origins.checkAny(from(origin));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.org", "http://node", "http://node:80", "null", "%", ""})
  void when_a_page_of_another_site_calls_then_it_is_refused(String origin) {
    ProblemException refused =
        assertThrows(ProblemException.class, () -> Origins.check(from(origin)));
    assertEquals(ProblemType.ORIGIN_REFUSED, refused.problem().type());
  }

  @ParameterizedTest
  @CsvSource({"cross-site, true", "same-site, true", "same-origin, false", "none, false"})
  void when_the_browser_names_no_origin_but_says_that_it_is_another_then_it_is_refused(
      String site, boolean refused) {
    HttpRequest request = POST.addHeader(RawHeader.create("Sec-Fetch-Site", site));
    HttpRequest get = request.withMethod(HttpMethods.GET);
    if (refused) {
      assertThrows(ProblemException.class, () -> Origins.check(request));
      assertThrows(ProblemException.class, () -> Origins.checkAny(get));
    } else {
      Origins.check(request);
      Origins.checkAny(get);
    }
    Origins.check(get);
  }

  @Test
  void when_it_is_no_page_then_it_may() {
    Origins.check(POST);
  }

  @ParameterizedTest
  @CsvSource({"GET, false", "HEAD, false", "PUT, true", "DELETE, true", "POST, true"})
  void when_nothing_changes_then_it_may_since_the_page_cannot_read_the_answer(
      String method, boolean refused) {
    HttpRequest request =
        from("http://example.org").withMethod(HttpMethods.lookup(method).orElseThrow());
    if (refused) {
      assertThrows(ProblemException.class, () -> Origins.check(request));
    } else {
      Origins.check(request);
    }
    assertThrows(ProblemException.class, () -> Origins.checkAny(request));
  }
}

package io.longshore.gateway;

import java.net.URI;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites out. A browser lets any page send simple requests to any node that it
 * reaches, without a body even a POST, and connect to it; and it says from which site the page is.
 */
final class Origins {
  private Origins() {}

  /**
   * Refuses a call that changes something, if a page of another site makes it. What a call answers
   * such a page cannot read, so others do no harm.
   *
   * @throws ProblemException {@link ProblemType#ORIGIN_REFUSED}
   */
  static void check(HttpRequest request) {
    HttpMethod method = request.method();
    if (!method.equals(HttpMethods.GET) && !method.equals(HttpMethods.HEAD)) {
      checkAny(request);
    }
  }

  /**
   * The same for a call of any method.
   *
   * @throws ProblemException {@link ProblemType#ORIGIN_REFUSED}
   */
  static void checkAny(HttpRequest request) {
    String origin = header(request, "Origin");
    if (origin != null && !sameHost(origin, header(request, "Host"))) {
      throw new ProblemException(
          Problem.of(
              ProblemType.ORIGIN_REFUSED,
              "A page in a browser may use only the node it came from."));
    }
  }

  private static @Nullable String header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value).orElse(null);
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}

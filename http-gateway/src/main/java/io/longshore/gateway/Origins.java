package io.longshore.gateway;

import java.net.URI;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites out. A browser lets any page send simple requests to any node that it
 * reaches, without a body even a POST, and connect to it; and it says from which site the page is:
 * in {@code Origin}, which a GET whose answer the page cannot read does not have, or in {@code
 * Sec-Fetch-Site}, which is told to nodes with HTTPS and those of the browser's own machine.
 */
final class Origins {
  /** Other sites as {@code Sec-Fetch-Site} has them, also those of a common domain, or port. */
  private static final Set<String> OTHERS = Set.of("cross-site", "same-site");

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
   * The same for a call of any method: those that change something with a GET ask for this.
   *
   * @throws ProblemException {@link ProblemType#ORIGIN_REFUSED}
   */
  static void checkAny(HttpRequest request) {
    String origin = header(request, "Origin");
    String site = header(request, "Sec-Fetch-Site");
    boolean other = origin != null && !sameHost(origin, header(request, "Host"));
    if (other || (site != null && OTHERS.contains(site))) {
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

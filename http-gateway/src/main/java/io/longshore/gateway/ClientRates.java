package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.longshore.persistence.Door;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * How much each client asks for: a token bucket a client, filled at a steady rate up to its size. A
 * call takes a token, and one more for each further thing in it. A call about more things than the
 * bucket holds needs it full when it comes and leaves a debt, so that the rate holds in the long
 * run whatever the calls are like. Of clients beyond the limit the one longest not heard of is
 * forgotten: its bucket is full when it comes back. Thread-safe.
 */
final class ClientRates {

  /** A client that nobody counts. */
  static final Client UNCOUNTED = new Client() {};

  private final OverloadSettings.ClientLimit limit;
  private final Clock clock;
  private final Door door;
  private final double perMilli;
  private final String policy;
  private final Map<String, Bucket> buckets;

  /** One client's standing. */
  interface Client {
    /**
     * Takes the token of a call.
     *
     * @throws ProblemException {@link ProblemType#RATE_LIMITED} if there is none
     */
    default void take() {}

    /**
     * Takes those of more things, of a call that has taken its own. One that is refused and comes
     * again when it is told is let in, if nothing else of the client comes between.
     *
     * @throws ProblemException {@link ProblemType#RATE_LIMITED} if there are too few
     */
    default void takeMore(int things) {}

    /** Takes those of more things whether they are there or not. */
    default void owes(int things) {}

    /** The response, with what the client needs to know to stay within its limits. */
    default HttpResponse told(HttpResponse response) {
      return response;
    }
  }

  ClientRates(OverloadSettings.ClientLimit limit, Clock clock, Door door) {
    this.limit = limit;
    this.clock = clock;
    this.door = door;
    perMilli = limit.perMinute() / 60_000.0;
    policy = "\"default\";q=%d;w=%d".formatted(limit.burst(), seconds(limit.burst() / perMilli));
    buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > limit.clients();
          }
        };
    door.measures(this::size, limit::clients);
  }

  /** Who sends a request. */
  Client of(HttpRequest request) {
    if (!limit.enabled()) {
      return UNCOUNTED;
    }
    String key = key(request);
    synchronized (buckets) {
      return buckets.computeIfAbsent(key, any -> new Bucket());
    }
  }

  private int size() {
    synchronized (buckets) {
      return buckets.size();
    }
  }

  /** A header's value may be a secret: only its hash is kept. */
  private String key(HttpRequest request) {
    for (String name : limit.headers()) {
      Optional<HttpHeader> header = request.getHeader(name);
      if (header.isPresent()) {
        return hash(name + ":" + header.get().value());
      }
    }
    return request
        .getAttribute(AttributeKeys.remoteAddress)
        .flatMap(remote -> remote.getAddress())
        .map(address -> address.getHostAddress())
        .orElse("unknown");
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static long seconds(double millis) {
    return (long) Math.ceil(millis / 1000);
  }

  private final class Bucket implements Client {
    private double tokens = limit.burst();
    private long at = clock.millis();

    @Override
    public synchronized void take() {
      fill();
      if (tokens < 1) {
        throw refused(1);
      }
      tokens--;
    }

    @Override
    public synchronized void takeMore(int things) {
      fill();
      // The call's own token is gone: of a bucket that was full there is one less.
      int needed = Math.min(things, limit.burst() - 1);
      if (things > 0 && tokens < needed) {
        throw refused(needed + 1);
      }
      tokens -= things;
    }

    @Override
    public synchronized void owes(int things) {
      fill();
      tokens -= things;
    }

    /** To come back when there are so many tokens. */
    private ProblemException refused(int needed) {
      door.refused("rate");
      return new ProblemException(
          Problem.of(
                  ProblemType.RATE_LIMITED,
                  "A client may make %d calls a minute here, %d at once."
                      .formatted(limit.perMinute(), limit.burst()))
              .withRetryAfter(Duration.ofMillis((long) Math.ceil((needed - tokens) / perMilli))));
    }

    /**
     * RateLimit header fields for HTTP, draft-ietf-httpapi-ratelimit-headers-10: {@code q} tokens
     * in {@code w} seconds are the bucket and the time it takes to fill, {@code r} is what is in
     * it, {@code t} how many seconds until it is full.
     */
    @Override
    public synchronized HttpResponse told(HttpResponse response) {
      fill();
      long left = (long) Math.max(0, tokens);
      long full = seconds((limit.burst() - tokens) / perMilli);
      return Responses.with(
          Responses.with(response, "RateLimit-Policy", policy),
          "RateLimit",
          "\"default\";r=%d;t=%d".formatted(left, full));
    }

    private void fill() {
      long now = clock.millis();
      tokens = Math.min(limit.burst(), tokens + Math.max(0, now - at) * perMilli);
      at = now;
    }
  }
}

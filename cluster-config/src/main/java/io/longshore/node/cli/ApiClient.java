package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A small client of the HTTP API. Safe for use by many threads. */
public final class ApiClient {
  /** The longest a node may be asked to wait before it answers. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final int TRIES = 6;

  private final URI url;
  private final Pause pause;
  private final Consumer<String> notices;

  /**
   * A client of one node.
   *
   * @param url its base address; a path in it is kept, for nodes behind a proxy
   * @param pause lets time pass between tries
   * @param notices is told, in words, when the node is busy and will be asked again
   */
  public ApiClient(URI url, Pause pause, Consumer<String> notices) {
    this.url = url;
    this.pause = pause;
    this.notices = notices;
  }

  /** The base address. */
  public URI url() {
    return url;
  }

  /** Reads; see {@link #call}. */
  public JsonNode get(String path) throws InterruptedException {
    return call(ApiRequest.get(path)).body();
  }

  /** Posts; see {@link #call}. */
  public JsonNode post(String path, @Nullable JsonNode body) throws InterruptedException {
    return call(ApiRequest.post(path, body)).body();
  }

  /**
   * Makes a call, and makes it again a few times while the node says it is busy (429, 503), after
   * as long as it says. A call that {@linkplain ApiRequest#idempotencyKey is safe to repeat} is
   * also repeated when the connection broke.
   *
   * @throws ApiException if the node refuses, or is still busy after the last try
   * @throws UnreachableException if no answer came; at once where nobody listens
   */
  public ApiResponse call(ApiRequest request) throws InterruptedException {
    for (int tried = 1; ; tried++) {
      Duration wait = backoff(tried);
      try {
        return once(request);
      } catch (ApiException e) {
        wait = e.retryAfter() == null ? wait : e.retryAfter();
        if (!e.isBusy() || tried == TRIES || wait.compareTo(LONGEST_PAUSE) > 0) {
          throw e;
        }
        notices.accept("%s. Trying again in %s.".formatted(e.title(), Text.duration(wait)));
      } catch (UnreachableException e) {
        if (e.nobodyThere() || !request.repeatable() || tried == TRIES) {
          throw e;
        }
      }
      pause.of(wait);
    }
  }

  /**
   * Makes a call once. To interrupt the thread does not end it.
   *
   * @throws ApiException if the node refuses
   * @throws UnreachableException if no answer came
   */
  public ApiResponse once(ApiRequest request) {
    return HttpCall.make(url, request);
  }

  /** Whether there is something to be read at this path, of any kind. */
  public boolean serves(String path) {
    return HttpCall.succeeds(url, ApiRequest.get(path));
  }

  /** How long to wait before trying again after so many failures: doubled each time, jittered. */
  static Duration backoff(int failures) {
    long most = FIRST_PAUSE.toMillis() << Math.min(failures, 5);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}

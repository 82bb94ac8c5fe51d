package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
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
  private static final int UNAVAILABLE = 503;

  private final NodeUrls nodes;
  private final Pause pause;
  private final Consumer<String> notices;

  /**
   * A client of one cluster.
   *
   * @param urls base addresses of nodes, one at least; a path in one is kept, for nodes behind a
   *     proxy. The first is asked until it does not answer or says that it is busy (503), then the
   *     next, and so on
   * @param pause lets time pass between tries
   * @param notices is told, in words, when the node is busy and will be asked again
   */
  public ApiClient(List<URI> urls, Pause pause, Consumer<String> notices) {
    this.nodes = new NodeUrls(urls);
    this.pause = pause;
    this.notices = notices;
  }

  /** The base address of the node that is asked at present. */
  public URI url() {
    return nodes.current();
  }

  /** The nodes it asks. */
  NodeUrls nodes() {
    return nodes;
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
   * Makes a call once; of several nodes each is tried until one takes the connection. To interrupt
   * the thread does not end it.
   *
   * @throws ApiException if the node refuses
   * @throws UnreachableException if no answer came
   */
  public ApiResponse once(ApiRequest request) {
    for (int tried = 1; ; tried++) {
      URI node = nodes.current();
      try {
        return HttpCall.make(node, request);
      } catch (UnreachableException e) {
        nodes.moveOn(node);
        if (!e.nobodyThere() || tried >= nodes.count()) {
          throw e;
        }
      } catch (ApiException e) {
        if (e.status() == UNAVAILABLE) {
          nodes.moveOn(node);
        }
        throw e;
      }
    }
  }

  /** Whether there is something to be read at this path, of any kind. */
  public boolean serves(String path) {
    return HttpCall.succeeds(url(), ApiRequest.get(path));
  }

  /** How long to wait before trying again after so many failures: doubled each time, jittered. */
  static Duration backoff(int failures) {
    long most = FIRST_PAUSE.toMillis() << Math.min(failures, 5);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}

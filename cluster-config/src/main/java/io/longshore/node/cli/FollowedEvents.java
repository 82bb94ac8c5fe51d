package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events that is taken up again where it was when its connection ends, at
 * the next node if there are several, and waited for while no node answers.
 */
final class FollowedEvents {
  // Three times as long as a node is silent at most.
  private static final Duration SILENCE = Duration.ofSeconds(45);

  private final NodeUrls nodes;
  private final String path;
  private final Terminal terminal;
  private final Consumer<String> notices;
  private @Nullable String lastId;
  private @Nullable String id;
  private String name = "message";
  private final StringBuilder data = new StringBuilder();
  private boolean goesOn = true;
  private int failures;

  /** Whether it was told that the node is away, and it has not come back. */
  private boolean told;

  /** Takes an event; false ends it all. */
  @FunctionalInterface
  interface Listener {
    boolean event(String name, JsonNode data);
  }

  /**
   * Not connected yet.
   *
   * @param notices is told when the node is away
   */
  FollowedEvents(NodeUrls nodes, String path, Terminal terminal, Consumer<String> notices) {
    this.nodes = nodes;
    this.path = path;
    this.terminal = terminal;
    this.notices = notices;
  }

  /**
   * Follows the stream until the listener has enough.
   *
   * @throws ApiException if the node refuses for good
   */
  void run(Listener listener) throws InterruptedException {
    while (goesOn) {
      URI node = nodes.current();
      try {
        HttpCall.stream(node, request(), line -> line(line, listener));
      } catch (UnreachableException away) {
        tellOnce(away.getMessage());
      } catch (ApiException refused) {
        if (!refused.isBusy()) {
          throw refused;
        }
        tellOnce(refused.title() + ".");
      }
      begin();
      nodes.moveOn(node);
      if (goesOn) {
        terminal.pause().of(ApiClient.backoff(++failures));
      }
    }
  }

  private void tellOnce(@Nullable String what) {
    if (!told) {
      told = true;
      notices.accept(what + " Waiting for it.");
    }
  }

  private ApiRequest request() {
    ApiRequest request =
        new ApiRequest("GET", path, null, false, Map.of(), SILENCE)
            .header("Accept", "text/event-stream, application/problem+json");
    return lastId == null ? request : request.header("Last-Event-ID", lastId);
  }

  /** Whether to go on after this line. */
  private boolean line(String line, Listener listener) {
    failures = 0;
    told = false;
    if (line.isEmpty()) {
      end(listener);
    } else if (line.startsWith("data:")) {
      data.append(value(line)).append('\n');
    } else if (line.startsWith("event:")) {
      name = value(line);
    } else if (line.startsWith("id:")) {
      id = value(line);
    }
    return goesOn;
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  private void end(Listener listener) {
    if (data.length() > 0) {
      goesOn = listener.event(name, parsed());
      lastId = id == null ? lastId : id;
    }
    begin();
  }

  private JsonNode parsed() {
    try {
      return Json.parse(data.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw UnreachableException.notANode(nodes.current());
    }
  }

  private void begin() {
    id = null;
    name = "message";
    data.setLength(0);
  }
}

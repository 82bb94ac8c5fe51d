package io.longshore.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent's connection as a stranger would use it. */
final class AgentConnection implements WebSocket.Listener, AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
  private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> code = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable WebSocket socket;

  /** It is open. */
  void isOpen(WebSocket open) {
    socket = open;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      frames.add(Api.json(text.toString()));
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    code.complete(status);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    code.completeExceptionally(error);
  }

  void say(String json) {
    if (socket != null) {
      socket.sendText(json, true).join();
    }
  }

  /** The next that the node says of this type; others before it are passed over. */
  JsonNode next(String type) throws InterruptedException {
    while (true) {
      JsonNode frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("The node says no " + type);
      }
      if (frame.path("type").asText().equals(type)) {
        return frame;
      }
    }
  }

  /** With which code the node has closed it; waits for that. */
  int closed() throws Exception {
    return code.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
  }
}

package io.longshore.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The body that asks for messages; it may be left out.
 *
 * @param max messages wanted at most
 * @param waitFor how long to wait for the first
 */
record ReceiveBody(int max, Duration waitFor) {

  /**
   * Reads a body.
   *
   * @throws ProblemException if anything is wrong with it
   */
  static ReceiveBody read(byte[] bytes, GatewaySettings settings, Violations violations) {
    Draft draft = new Draft();
    if (bytes.length > 0) {
      Document.read(
          bytes,
          violations,
          in ->
              in.object(
                  name -> {
                    switch (name) {
                      case "max" -> draft.max = in.whole(1, settings.messages().receiveMax(), 1);
                      case "waitSeconds" ->
                          draft.wait = in.seconds(Duration.ZERO, settings.maxWait());
                      default -> in.unknown();
                    }
                  }));
    }
    violations.check();
    return new ReceiveBody(draft.max, Duration.ofMillis(draft.wait == null ? 0 : draft.wait));
  }

  private static final class Draft {
    private int max = 1;
    private @Nullable Long wait;
  }
}

package io.longshore.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The body that asks for work; it may be left out.
 *
 * @param max leases wanted at most
 * @param waitFor how long to wait for the first
 * @param lease how long they last; zero for what each task asks
 */
record AcquireBody(int max, Duration waitFor, Duration lease) {

  /**
   * Reads a body.
   *
   * @throws ProblemException if anything is wrong with it
   */
  static AcquireBody read(byte[] bytes, GatewaySettings settings, Violations violations) {
    Draft draft = new Draft();
    if (bytes.length > 0) {
      Document.read(
          bytes,
          violations,
          in ->
              in.object(
                  name -> {
                    switch (name) {
                      case "max" -> draft.max = in.whole(1, settings.limits().leases(), 1);
                      case "waitSeconds" ->
                          draft.wait = in.seconds(Duration.ZERO, settings.maxWait());
                      case "leaseSeconds" ->
                          draft.lease =
                              in.seconds(settings.tasks().minLease(), settings.tasks().maxLease());
                      default -> in.unknown();
                    }
                  }));
    }
    violations.check();
    return new AcquireBody(draft.max, millis(draft.wait), millis(draft.lease));
  }

  private static Duration millis(@Nullable Long millis) {
    return Duration.ofMillis(millis == null ? 0 : millis);
  }

  private static final class Draft {
    private int max = 1;
    private @Nullable Long wait;
    private @Nullable Long lease;
  }
}

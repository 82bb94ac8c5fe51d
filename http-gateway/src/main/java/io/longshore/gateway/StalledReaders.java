package io.longshore.gateway;

import io.longshore.persistence.Door;
import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.BackpressureTimeoutException;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Cuts off clients that do not read what a stream has for them, so that nothing is kept for them
 * any longer. One who reads slowly but does read stays.
 */
final class StalledReaders {
  /** The name of the door that counts them. */
  static final String DOOR = "readers";

  private static final String STALLED = "stalled";
  private final Duration limit;
  private final Door door;

  /**
   * Cuts off nobody yet.
   *
   * @param limit how long a client may leave one element of its stream unread
   * @param door counts those that are cut off
   */
  StalledReaders(Duration limit, Door door) {
    this.limit = limit;
    this.door = door;
  }

  /**
   * The last stage of a stream. When the client reads nothing of what there is for the limit, the
   * stream ends there, as if it had no more to say, and its source is canceled.
   *
   * @param cut is run then: cuts the connection
   */
  <T> Flow<T, T, NotUsed> flow(Runnable cut) {
    return Flow.<T>create()
        .backpressureTimeout(limit)
        .recoverWithRetries(
            1,
            BackpressureTimeoutException.class,
            () -> {
              door.refused(STALLED);
              cut.run();
              return Source.empty();
            });
  }

  /** The same, but the stream fails, which cuts the connection where nobody else hears of it. */
  <T> Flow<T, T, NotUsed> failing() {
    return Flow.<T>create()
        .backpressureTimeout(limit)
        .mapError(
            BackpressureTimeoutException.class,
            stall -> {
              door.refused(STALLED);
              return stall;
            });
  }
}

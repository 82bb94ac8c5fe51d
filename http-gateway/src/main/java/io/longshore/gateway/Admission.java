package io.longshore.gateway;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets requests in as long as there is room for them: so many at work, so many waiting, so many
 * bytes of bodies. Whoever is let in must {@linkplain Permit#close leave}.
 */
final class Admission {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Room working;
  private final Room waiting;
  private final Room bytes;

  Admission(GatewaySettings.Limits limits) {
    this.working = new Room(limits.requests(), "requests at work");
    this.waiting = new Room(limits.waiting(), "waiting requests");
    this.bytes = new Room(limits.inFlightBytes(), "bytes in requests");
  }

  /**
   * Lets one request in.
   *
   * @param bodyBytes how large its body is, or may become
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if there is no room
   */
  Permit enter(long bodyBytes) {
    working.take(1);
    try {
      bytes.take(bodyBytes);
    } catch (ProblemException e) {
      working.giveBack(1);
      throw e;
    }
    return new Permit(bodyBytes);
  }

  /** The room one request takes up. Used by one thread after the other. */
  final class Permit implements AutoCloseable {
    private final long bodyBytes;
    private Room place = working;

    private Permit(long bodyBytes) {
      this.bodyBytes = bodyBytes;
    }

    /**
     * Moves over to those who wait, so that they do not keep others from work.
     *
     * @throws ProblemException {@link ProblemType#NODE_BUSY} if too many wait
     */
    void waits() {
      if (place == working) {
        waiting.take(1);
        working.giveBack(1);
        place = waiting;
      }
    }

    /**
     * The room of a stream that goes on after the call was answered, among those who wait.
     *
     * @throws ProblemException {@link ProblemType#NODE_BUSY} if too many wait
     */
    Permit forStream() {
      waiting.take(1);
      Permit stream = new Permit(0);
      stream.place = waiting;
      return stream;
    }

    @Override
    public void close() {
      place.giveBack(1);
      bytes.giveBack(bodyBytes);
    }
  }

  private static final class Room {
    private final long limit;
    private final String what;
    private final AtomicLong taken = new AtomicLong();

    Room(long limit, String what) {
      this.limit = limit;
      this.what = what;
    }

    void take(long amount) {
      if (taken.addAndGet(amount) > limit) {
        taken.addAndGet(-amount);
        String detail = "This node takes no more than %d %s at a time.".formatted(limit, what);
        throw new ProblemException(
            Problem.of(ProblemType.NODE_BUSY, detail).withRetryAfter(RETRY_AFTER));
      }
    }

    void giveBack(long amount) {
      taken.addAndGet(-amount);
    }
  }
}

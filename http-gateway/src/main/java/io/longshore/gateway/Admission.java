package io.longshore.gateway;

import io.longshore.persistence.Doors;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in as long as there is room for them: so many whose body is on its way, so many at
 * work, so many waiting, so many bytes; and of those fewer while the node is late. Whoever is let
 * in must {@linkplain Permit#close leave}. Thread-safe.
 */
final class Admission {
  /** A large call counts as no more than so many. */
  private static final int MOST_PLACES = 8;

  /** A small call has as much to read as this. */
  private static final int PLACE_BYTES = 2048;

  private final Room arriving;
  private final Room working;
  private final Room waiting;
  private final Room bytes;
  private final ConcurrencyLimit byLatency;
  private final LoadShedder shedder;
  private final LongSupplier nanos;
  private final int mostPlaces;

  /**
   * An empty gateway.
   *
   * @param nanos tells elapsed time
   */
  Admission(GatewaySettings settings, Doors doors, Clock clock, LongSupplier nanos) {
    GatewaySettings.Limits limits = settings.limits();
    OverloadSettings overload = settings.overload();
    this.nanos = nanos;
    mostPlaces = Math.min(MOST_PLACES, Math.min(limits.requests(), overload.minRequests()));
    byLatency =
        new ConcurrencyLimit(
            overload.minRequests(), limits.requests(), overload.acceptableLatency());
    shedder =
        new LoadShedder(
            overload.acceptableDelay(),
            doors.door("node"),
            () -> ThreadLocalRandom.current().nextDouble(),
            nanos);
    arriving = new Room(overload::arriving, "bodies on their way", doors.door("arriving"), clock);
    working =
        new Room(
            byLatency::limit,
            "requests at work (one with a large body counts as up to " + mostPlaces + ")",
            doors.door("requests"),
            clock);
    waiting = new Room(limits::waiting, "waiting requests", doors.door("waiting"), clock);
    bytes = new Room(limits::inFlightBytes, "bytes", doors.door("bytes"), clock);
  }

  /**
   * Lets one request in whose body is there.
   *
   * @param bodyBytes how large that is
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if there is no room
   */
  Permit enter(ClientRates.Client client, LoadShedder.Purpose purpose, long bodyBytes) {
    shedder.check(purpose);
    // Without a body too: answers that are not sent yet may have taken more than there is.
    bytes.check(bodyBytes);
    Permit permit = new Permit(client);
    try {
      permit.holds(bodyBytes);
      permit.works();
    } catch (ProblemException e) {
      permit.close();
      throw e;
    }
    return permit;
  }

  /**
   * Lets one request in whose body is on its way; it takes up no place of those at work until it
   * {@linkplain Permit#works works}. If there is none at work now it is refused before its body is
   * read: to pass over that is cheap, and to read it for nothing is what a flood would make of the
   * node.
   *
   * @param expectedBytes how large its body is going to be; 0 if that is not known, or if it is
   *     never held as a whole
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if there is no room
   */
  Permit arrive(ClientRates.Client client, LoadShedder.Purpose purpose, long expectedBytes) {
    shedder.check(purpose);
    working.check(1);
    bytes.check(expectedBytes);
    Permit permit = new Permit(client);
    permit.moves(arriving, 1);
    return permit;
  }

  /** What has nothing to do was so long under way in this node. */
  void delayed(long delay) {
    shedder.delayed(delay);
  }

  /**
   * The room one request takes up. Thread-safe: its client may be gone, and it with it, while
   * something of it is still at work. Whatever that says then takes nothing.
   */
  final class Permit implements AutoCloseable {
    private final ClientRates.Client client;
    private @Nullable Room place;
    private long places;
    private long held;
    private long begun;
    private boolean closed;

    private Permit(ClientRates.Client client) {
      this.client = client;
    }

    /** Who sent the request. */
    ClientRates.Client client() {
      return client;
    }

    /**
     * Begins to work, on as many places as what it {@linkplain #holds holds} makes up: a thousand
     * lines are more to do than one call, and must not keep out a thousand of those. Never on more
     * than there are at least, so that it has its turn.
     *
     * @throws ProblemException {@link ProblemType#NODE_BUSY} if too many do
     */
    synchronized void works() {
      moves(working, Math.min(mostPlaces, 1 + held / PLACE_BYTES));
      begun = nanos.getAsLong();
    }

    /** Its body goes on to come: until more of it is there it does not work. */
    void arrivesAgain() {
      goesOn(arriving);
    }

    /** Goes on to work, whether there is room or not: something of it was done already. */
    void worksAgain() {
      goesOn(working);
    }

    /**
     * Moves over to those who wait, so that they do not keep others from work.
     *
     * @throws ProblemException {@link ProblemType#NODE_BUSY} if too many wait
     */
    void waits() {
      moves(waiting, 1);
    }

    /**
     * Holds more bytes, until it leaves or {@linkplain #letsGo lets go}.
     *
     * @throws ProblemException {@link ProblemType#NODE_BUSY} if they do not fit
     */
    synchronized void holds(long more) {
      if (!closed) {
        bytes.take(more);
        held += more;
      }
    }

    /** Holds so many bytes less. */
    synchronized void letsGo(long some) {
      long given = Math.min(some, held);
      bytes.giveBack(given);
      held -= given;
    }

    /** Holds no bytes any more. */
    synchronized void letsGo() {
      letsGo(held);
    }

    /**
     * The room of a stream that goes on after the call was answered, among those who wait.
     *
     * @throws ProblemException {@link ProblemType#NODE_BUSY} if too many wait
     */
    Permit forStream() {
      Permit stream = new Permit(client);
      stream.waits();
      return stream;
    }

    /** The room of bytes that are made already and have to be sent. */
    Permit forResponse(long size) {
      Permit response = new Permit(client);
      bytes.force(size);
      response.held = size;
      return response;
    }

    /** Leaves after a call about a single thing that was done: its latency tells how busy it is. */
    synchronized void done() {
      if (place == working) {
        long now = nanos.getAsLong();
        byLatency.done(now - begun, (int) working.taken(), now);
      }
    }

    /** Gives all of it back, for good; again does nothing. */
    @Override
    public synchronized void close() {
      closed = true;
      letsGo();
      leaves();
    }

    private synchronized void moves(Room to, long as) {
      if (!closed && place != to) {
        to.take(as);
        leaves();
        place = to;
        places = as;
      }
    }

    private synchronized void goesOn(Room in) {
      if (!closed && place != in) {
        in.force(1);
        leaves();
        place = in;
        places = 1;
      }
    }

    private void leaves() {
      if (place != null) {
        place.giveBack(places);
        place = null;
      }
    }
  }
}

package io.longshore.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Clients that send messages: some, each its next request when the last one is answered, or as many
 * as it takes to send at a constant rate, whatever is answered.
 */
final class FloodSenders {
  /** A request that has no answer after so long never gets one. */
  static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Shorter than a server keeps a connection without traffic. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** More connections are not opened; what is due then is counted as held back. */
  private static final int MOST = 6_000;

  private static final String ACCEPTED = "\"accepted\":";
  private static final String REFUSED = "\"refused\":";
  private final EventLoop loop;
  private final FloodTally counts;
  private final Deque<Sender> idle = new ArrayDeque<>();
  private final List<Sender> all = new ArrayList<>();
  private Histogram micros = new Histogram(ClosedLoop.MAX_MICROS, 3);
  private @Nullable Requests requests;
  private int closedLoop;
  private double nanosOfOne;
  private double nextDue;

  /** What is sent. */
  interface Requests {
    /** The next request, which was due then. */
    byte[] next(long due);

    /** How many messages the one last given has. */
    int messages();

    /** How many a request has on average. */
    double messagesOnAverage();
  }

  /**
   * Nobody sends.
   *
   * @param counts is told what happens
   */
  FloodSenders(EventLoop loop, FloodTally counts) {
    this.loop = loop;
    this.counts = counts;
  }

  /** From now on so many send these, each its next when the last is answered. */
  void sendInTurn(Requests what, int count) {
    requests = what;
    nanosOfOne = 0;
    closedLoop = count;
  }

  /** From now on these are sent at this rate; 0 for nothing. */
  void sendAt(Requests what, double messagesPerSecond) {
    requests = messagesPerSecond > 0 ? what : null;
    closedLoop = 0;
    nanosOfOne = what.messagesOnAverage() * 1e9 / messagesPerSecond;
    nextDue = System.nanoTime();
  }

  /** How long answers took since this was asked last, microseconds. */
  Histogram takeMicros() {
    Histogram taken = micros;
    micros = new Histogram(ClosedLoop.MAX_MICROS, 3);
    return taken;
  }

  /** Sends what is due. */
  void tick(long now) {
    Requests what = requests;
    if (what == null) {
      return;
    }
    if (nanosOfOne > 0) {
      while (nextDue <= now) {
        send(what, (long) nextDue);
        nextDue += nanosOfOne;
      }
    } else {
      for (int busy = all.size() - idle.size(); busy < closedLoop; busy++) {
        send(what, now);
      }
    }
  }

  private void send(Requests what, long due) {
    byte[] request = what.next(due);
    counts.add(FloodCount.OFFERED, what.messages());
    Sender sender = idle.pollLast();
    if (sender == null) {
      if (all.size() >= MOST) {
        counts.add(FloodCount.HELD_BACK, 1);
        return;
      }
      sender = new Sender();
      all.add(sender);
    }
    counts.most(FloodCount.CONNECTIONS, all.size() - idle.size());
    sender.send(request, due);
  }

  /** Gives up what has no answer for too long, and closes what nobody uses. */
  void look(long now) {
    for (Sender sender : List.copyOf(all)) {
      sender.look(now);
    }
  }

  /** One connection with one request at a time. */
  private final class Sender extends HttpPeer {
    private final EventLoop.Connection connection;
    private boolean busy;
    private long since;

    Sender() {
      try {
        connection = loop.connect(this);
      } catch (IOException e) {
        throw new UncheckedIOException("No connection for a sender", e);
      }
    }

    void send(byte[] request, long due) {
      busy = true;
      since = due;
      connection.send(request);
    }

    void look(long now) {
      if (now - since > (busy ? TIMEOUT_NANOS : IDLE_NANOS)) {
        connection.close();
        ended();
      }
    }

    @Override
    void answered(int status, byte[] body, int length) {
      long now = System.nanoTime();
      long took = Math.min(ClosedLoop.MAX_MICROS, (now - since) / 1_000);
      micros.recordValue(took);
      counts.most(FloodCount.SLOWEST_MICROS, took);
      FloodCount kind =
          switch (status) {
            case 202 -> FloodCount.TAKEN;
            case 429 -> FloodCount.TOO_MANY;
            case 503 -> FloodCount.BUSY;
            default -> FloodCount.OTHER;
          };
      counts.add(kind, 1);
      if (status == 202) {
        String text = new String(body, 0, Math.min(length, 64), StandardCharsets.ISO_8859_1);
        counts.add(FloodCount.ACCEPTED, number(text, ACCEPTED));
        counts.add(FloodCount.REFUSED, number(text, REFUSED));
      }
      busy = false;
      since = now;
      Requests what = requests;
      if (what != null && all.size() - idle.size() <= closedLoop) {
        byte[] request = what.next(now);
        counts.add(FloodCount.OFFERED, what.messages());
        send(request, now);
      } else {
        idle.add(this);
      }
    }

    private static int number(String text, String name) {
      int from = text.indexOf(name);
      if (from < 0) {
        return 0;
      }
      int to = from + name.length();
      while (to < text.length() && Character.isDigit(text.charAt(to))) {
        to++;
      }
      return Integer.parseInt(text, from + name.length(), to, 10);
    }

    @Override
    public void ended() {
      all.remove(this);
      idle.remove(this);
      if (busy) {
        busy = false;
        counts.add(FloodCount.UNANSWERED, 1);
      }
    }
  }
}

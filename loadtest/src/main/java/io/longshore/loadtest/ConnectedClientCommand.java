package io.longshore.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The client process of {@link ConnectedBenchCommand}: the sockets of all agents, and who sends
 * them messages. Does what each line it reads says: {@code connect}, answered by {@code connected};
 * {@code send RATE}, 0 to stop; {@code tell}, answered by {@code seen SENT RECEIVED REFUSED LOST}
 * and the microseconds to delivery of 50 %, 99 %, 99.9 % and all since it was told last. Ends with
 * its input.
 */
@Command(name = "connected-client", hidden = true)
final class ConnectedClientCommand implements Callable<Integer> {
  /** Sockets that are opened and not yet open. */
  private static final int OPENING = 200;

  private static final int CREDIT = 100;
  private static final Duration TURN = Duration.ofMillis(100);
  private static final int MOST_SECONDS = 60;

  @Option(names = "--url", required = true)
  @Nullable URI url;

  @Option(names = "--agents", required = true)
  int agents;

  private final Queue<String> commands = new ConcurrentLinkedQueue<>();
  private final List<Agent> sockets = new ArrayList<>();
  private final FloodTally counts = new FloodTally();
  private Histogram micros = micros();
  private boolean connecting;
  private int open;
  private int lost;
  private volatile boolean ended;

  @Override
  public Integer call() throws IOException {
    if (url == null) {
      throw new IllegalStateException("picocli has let a required option be missing");
    }
    Thread input = new Thread(this::listen, "input");
    input.setDaemon(true);
    input.start();
    try (EventLoop loop = new EventLoop(url)) {
      FloodSenders senders = new FloodSenders(loop, counts);
      while (!ended) {
        loop.run(System.nanoTime() + TURN.toNanos(), () -> between(loop, senders));
        senders.look(System.nanoTime());
      }
    }
    return 0;
  }

  private static Histogram micros() {
    return new Histogram(TimeUnit.SECONDS.toMicros(MOST_SECONDS), 3);
  }

  private void listen() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The input broke off", e);
    } finally {
      ended = true;
    }
  }

  private void between(EventLoop loop, FloodSenders senders) {
    String command = commands.poll();
    if (command != null) {
      String[] words = command.split(" ", -1);
      switch (words[0]) {
        case "connect" -> connecting = true;
        case "send" -> senders.sendAt(new ToAnyone(agents), Double.parseDouble(words[1]));
        default -> tell();
      }
    }
    if (connecting) {
      connect(loop);
    }
    senders.tick(System.nanoTime());
  }

  private void connect(EventLoop loop) {
    while (sockets.size() < agents && sockets.size() - open < OPENING) {
      sockets.add(new Agent(loop, sockets.size()));
    }
    if (open == agents) {
      connecting = false;
      System.out.println("connected");
    }
  }

  private void tell() {
    long refused = counts.of(FloodCount.TOO_MANY) + counts.of(FloodCount.BUSY);
    long failed = counts.of(FloodCount.OTHER) + counts.of(FloodCount.UNANSWERED);
    System.out.printf(
        "seen %d %d %d %d %d %d %d %d%n",
        counts.of(FloodCount.OFFERED),
        counts.of(FloodCount.RECEIVED),
        refused,
        failed + lost,
        micros.getValueAtPercentile(50),
        micros.getValueAtPercentile(99),
        micros.getValueAtPercentile(99.9),
        micros.getMaxValue());
    counts.clear();
    micros = micros();
  }

  /** A message to one agent after the other, far apart, that says when it was due. */
  private static final class ToAnyone implements FloodSenders.Requests {
    private static final int STRIDE = 7_919;
    private final int agents;
    private int next;

    ToAnyone(int agents) {
      this.agents = agents;
    }

    @Override
    public byte[] next(long due) {
      next = (next + STRIDE) % agents;
      return RawHttp.post(
          "/v1/agents/" + BenchAgents.id(next) + "/messages",
          "application/json",
          Long.toString(due).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public int messages() {
      return 1;
    }

    @Override
    public double messagesOnAverage() {
      return 1;
    }
  }

  /** One agent's socket. */
  private final class Agent extends HttpPeer implements ServerFrames.Heard {
    private final ServerFrames frames = new ServerFrames(this);
    private final Marker marker = new Marker(this::message);
    private final EventLoop.Connection connection;
    private int unpaid;

    Agent(EventLoop loop, int number) {
      try {
        connection = loop.connect(this);
      } catch (IOException e) {
        throw new UncheckedIOException("No socket for an agent", e);
      }
      connection.send(ServerFrames.upgrade("/v1/agents/" + BenchAgents.id(number) + "/connection"));
    }

    private void message(long due) {
      counts.add(FloodCount.RECEIVED, 1);
      long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due);
      micros.recordValue(Math.min(micros.getHighestTrackableValue(), Math.max(0, took)));
      unpaid++;
    }

    @Override
    void answered(int status, byte[] body, int length) {
      throw new IllegalStateException("A socket was refused: " + status);
    }

    @Override
    void begins(int status) {
      open++;
      connection.send(
          ServerFrames.text("{\"type\":\"credit\",\"tasks\":1,\"messages\":" + CREDIT + "}"));
    }

    @Override
    void streamed(byte[] bytes, int from, int to) {
      frames.scan(bytes, from, to);
      if (unpaid >= CREDIT / 2) {
        connection.send(ServerFrames.text("{\"type\":\"credit\",\"messages\":" + unpaid + "}"));
        unpaid = 0;
      }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
      marker.scan(bytes, from, to);
    }

    @Override
    public void ping(byte[] pong) {
      connection.send(pong);
    }

    @Override
    public void close() {
      connection.close();
      ended();
    }

    @Override
    public void ended() {
      lost++;
    }
  }
}

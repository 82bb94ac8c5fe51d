package io.longshore.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The client process of {@link FloodCommand}: all senders and all readers of messages. Does what
 * each line it reads says, {@code turn MILLIS} or {@code flood MILLIS RATE}, tells every second as
 * {@link FloodTally#line}, and ends with a line {@code done} and the times of answers.
 */
@Command(name = "flood-client", hidden = true)
final class FloodClientCommand implements Callable<Integer> {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Option(names = "--url", required = true)
  @Nullable URI url;

  @Option(names = "--reading", required = true, description = "Agents whose messages are read.")
  int reading;

  @Option(names = "--stopping", required = true, description = "Agents that stop reading.")
  int stopping;

  @Option(names = "--senders", required = true, description = "That send in turn.")
  int senders;

  @Option(names = "--lines", required = true, description = "Messages of one request.")
  int lines;

  @Option(names = "--bytes", required = true, description = "Of a message's body.")
  int bytes;

  private final FloodTally counts = new FloodTally();
  private final List<FloodReader> readers = new ArrayList<>();
  private long nextSecond;

  @Override
  public Integer call() throws IOException {
    if (url == null) {
      throw new IllegalStateException("picocli has let a required option be missing");
    }
    List<String> read = register(url, "reading", reading);
    List<String> unread = register(url, "stopping", stopping);
    List<String> all = new ArrayList<>(read);
    all.addAll(unread);
    BenchInputs inputs = new BenchInputs(bytes);
    FloodRequests toReaders = new FloodRequests(read, lines, inputs);
    FloodRequests toAll = new FloodRequests(all, lines, inputs);
    try (EventLoop loop = new EventLoop(url)) {
      FloodSenders sending = new FloodSenders(loop, counts);
      hire(loop, read, true);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        boolean rehearsal = words[0].equals("rehearse");
        if (rehearsal || words[0].equals("flood")) {
          hire(loop, unread, false);
          sending.sendAt(toAll, Double.parseDouble(words[2]));
        } else {
          sending.sendInTurn(toReaders, senders);
        }
        play(loop, sending, Duration.ofMillis(Long.parseLong(words[1])));
        if (rehearsal) {
          dismiss(readers.subList(reading, readers.size()));
        }
        System.out.println("done " + times(sending.takeMicros()));
      }
    }
    return 0;
  }

  private static List<String> register(URI server, String name, int count) throws IOException {
    byte[] body = "{\"capabilities\":[\"flood\"]}".getBytes(StandardCharsets.US_ASCII);
    List<String> ids = new ArrayList<>();
    try (RawHttp http = new RawHttp(server)) {
      for (int i = 0; i < count; i++) {
        String id = name + "-" + i;
        ids.add(id);
        byte[] put = RawHttp.request("PUT", "/v1/agents/" + id, "application/json", body);
        int status = http.exchange(put).status();
        if (status / 100 != 2) {
          throw new IOException("The agent is not registered: " + status);
        }
      }
    }
    return ids;
  }

  /** Readers of all ways, in turn. */
  private void hire(EventLoop loop, List<String> agents, boolean read) {
    List<FloodReader.Way> ways =
        Arrays.stream(FloodReader.Way.values()).filter(way -> way.reads == read).toList();
    for (int i = 0; i < agents.size(); i++) {
      FloodReader.Way way = ways.get(i % ways.size());
      Runnable received = read ? () -> counts.add(FloodCount.RECEIVED, 1) : () -> {};
      readers.add(new FloodReader(loop, agents.get(i), way, received));
    }
  }

  private static void dismiss(List<FloodReader> some) {
    some.forEach(FloodReader::close);
    some.clear();
  }

  private void play(EventLoop loop, FloodSenders sending, Duration length) throws IOException {
    long until = System.nanoTime() + length.toNanos();
    nextSecond = System.nanoTime();
    readers.forEach(reader -> reader.look(nextSecond));
    nextSecond += SECOND;
    loop.run(until, () -> between(sending));
    tell();
  }

  private void between(FloodSenders sending) {
    long now = System.nanoTime();
    sending.tick(now);
    if (now >= nextSecond) {
      nextSecond += SECOND;
      readers.forEach(reader -> reader.look(now));
      sending.look(now);
      tell();
    }
  }

  private void tell() {
    System.out.println(counts.line());
    counts.clear();
  }

  private static String times(Histogram micros) {
    return micros.getValueAtPercentile(50)
        + " "
        + micros.getValueAtPercentile(99)
        + " "
        + micros.getMaxValue();
  }
}

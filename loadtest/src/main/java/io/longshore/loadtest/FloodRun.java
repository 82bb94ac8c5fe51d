package io.longshore.loadtest;

import io.longshore.loadtest.FloodClient.Phase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node that is sent as much as it can do, then several times as much while some readers stop
 * reading, then as much as it can do again.
 */
final class FloodRun {
  /** After the flood, so long is looked at. */
  private static final int AFTER_SECONDS = 20;

  /** After the rehearsal, before the capacity is measured. */
  private static final int REST_SECONDS = 10;

  private static final Duration TASKS_END_WITHIN = Duration.ofMinutes(1);
  private static final Pattern REFUSED =
      Pattern.compile("longshore_refused_total\\{(.*?)\\} (\\S+)");
  private static final Pattern TAG = Pattern.compile("(door|reason)=\"(.*?)\"");
  private final Options options;
  private final Consumer<String> progress;

  /**
   * The load.
   *
   * @param seconds that the flood lasts
   * @param times the measured capacity is sent during it
   * @param warmUp seconds of as much as it can do, and then of the flood, before anything is
   *     measured: what a node does in a flood is compiled in a flood
   * @param capacitySeconds in which it is measured
   * @param reading agents whose messages are read
   * @param stopping agents whose readers stop when the flood begins; as much is sent to each
   * @param senders that find out the capacity
   * @param lines messages of each second request; the others have one
   * @param bytes of a message's body
   * @param tasks submitted a second, all the time
   * @param heapMib of the node, at most
   * @param java more options of the node's Java
   */
  record Options(
      int seconds,
      double times,
      int warmUp,
      int capacitySeconds,
      int reading,
      int stopping,
      int senders,
      int lines,
      int bytes,
      int tasks,
      int heapMib,
      List<String> java) {}

  /**
   * All that was seen.
   *
   * @param cores how they were shared
   * @param capacity before the flood
   * @param after the flood, sent as for the capacity
   * @param refused by door and reason, during the flood
   * @param died whether the node has ended
   */
  record Seen(
      String cores,
      Phase capacity,
      Phase flood,
      Phase after,
      GcLog gc,
      List<FloodWatch.Sample> samples,
      List<RetryAfterProbe.Estimate> estimates,
      Map<String, Double> refused,
      int tasksAccepted,
      int tasksRefused,
      int tasksUnanswered,
      int tasksLost,
      boolean died) {}

  FloodRun(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Plays it all. */
  Seen play(BenchDatabase database) throws IOException, InterruptedException {
    GcLog gc = new GcLog();
    List<String> java =
        new ArrayList<>(JavaProcess.serverOptions(options.heapMib(), options.java()));
    java.add(GcLog.OPTION);
    java.addAll(JavaProcess.databaseOptions(database.settings()));
    boolean shared = Cores.forNode();
    try (JavaProcess.Running node =
        JavaProcess.startNode(List.of("--cluster-port", "0"), java, line -> told(gc, line))) {
      if (shared) {
        Cores.forClients();
      }
      return play(node, gc, Cores.told(shared));
    }
  }

  private Seen play(JavaProcess.Running node, GcLog gc, String cores)
      throws IOException, InterruptedException {
    progress.accept(cores);
    try (FloodClient client = new FloodClient(node.url(), options);
        FloodWatch watch = new FloodWatch(node.url(), node.process(), client.process());
        FloodTasks tasks = new FloodTasks(node.url(), options.tasks());
        RetryAfterProbe probe = new RetryAfterProbe(node.url())) {
      double warm = client.turn(options.warmUp()).rate(FloodCount.RECEIVED);
      client.rehearse(options.warmUp(), options.times() * warm);
      client.turn(REST_SECONDS);
      Phase capacity = client.turn(options.capacitySeconds());
      double rate = capacity.rate(FloodCount.RECEIVED);
      progress.accept("capacity: %,.0f messages/s".formatted(rate));
      Map<String, Double> before = refused(node.url());
      Phase flood = client.flood(options.seconds(), options.times() * rate);
      Map<String, Double> refused = refused(node.url());
      before.forEach((why, count) -> refused.merge(why, -count, Double::sum));
      Phase after = client.turn(AFTER_SECONDS);
      probe.stop();
      tasks.finish(TASKS_END_WITHIN);
      return new Seen(
          cores,
          capacity,
          flood,
          after,
          gc,
          watch.between(Long.MIN_VALUE, Long.MAX_VALUE),
          probe.estimates(),
          refused,
          tasks.accepted(),
          tasks.refused(),
          tasks.unanswered(),
          tasks.lost(),
          watch.died());
    }
  }

  /** What the node says beside its collections is worth a look if it ends. */
  private void told(GcLog gc, String line) {
    gc.line(line);
    if (!line.startsWith("[")) {
      progress.accept(line);
    }
  }

  /** What the node has refused so far, by door and reason. */
  private static Map<String, Double> refused(String url) throws IOException, InterruptedException {
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/metrics")).build(),
                BodyHandlers.ofString())
            .body();
    Map<String, Double> all = new TreeMap<>();
    Matcher line = REFUSED.matcher(metrics);
    while (line.find()) {
      StringBuilder name = new StringBuilder();
      Matcher tag = TAG.matcher(line.group(1));
      while (tag.find()) {
        name.append(name.isEmpty() ? "" : " ").append(tag.group(2));
      }
      all.put(name.toString(), Double.parseDouble(line.group(2)));
    }
    return all;
  }
}

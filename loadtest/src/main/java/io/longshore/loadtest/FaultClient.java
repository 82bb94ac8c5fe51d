package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A client as it should be: it asks until it is answered with anything but a refusal for now, with
 * the same key, and at another node when one does not answer. Thread-safe.
 */
final class FaultClient {
  private static final Duration BEFORE_AGAIN = Duration.ofMillis(100);
  private final IntFunction<LoadClient> nodes;
  private final Timeline timeline;
  private final Pause pause = Pause.real();
  private final AtomicInteger turn = new AtomicInteger();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private volatile Answers answers = new Answers();
  private volatile boolean stopped;

  /**
   * A client of some nodes.
   *
   * @param nodes gives a node for each turn, in turn if there are several
   * @param timeline is told of every answer
   */
  FaultClient(IntFunction<LoadClient> nodes, Timeline timeline) {
    this.nodes = nodes;
    this.timeline = timeline;
  }

  /** Counts answers anew from now on and returns where. */
  Answers answersFromNow() {
    Answers fresh = new Answers();
    answers = fresh;
    return fresh;
  }

  /** Notes what should never happen, in words. */
  void fault(String what) {
    faults.add(what);
  }

  /** What should never happen and did. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Gives up whatever is asked. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /**
   * Asks until it is answered.
   *
   * @param call names the kind of call in reports
   * @return null if the client was stopped or the answer is one that nobody foresaw
   */
  LoadClient.@Nullable Answer insist(
      String call, String method, String path, @Nullable JsonNode body, @Nullable String key)
      throws InterruptedException {
    String[] headers = key == null ? new String[0] : new String[] {"Idempotency-Key", key};
    while (!stopped) {
      long from = System.nanoTime();
      Answers book = answers;
      LoadClient node = nodes.apply(turn.getAndIncrement());
      try {
        LoadClient.Answer answer = node.call(method, path, body, headers);
        book.answered(call, answer, millisSince(from));
        boolean foreseen = answer.status() == 404 || answer.status() == 409;
        if (answer.isOk() || foreseen) {
          timeline.answered(node.name());
          return answer;
        }
        if (!answer.isBusy()) {
          fault(call + " was answered " + answer.status() + " " + answer.body());
          return null;
        }
      } catch (CompletionException noAnswer) {
        book.broken(call, millisSince(from));
      }
      pause.of(BEFORE_AGAIN);
    }
    return null;
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}

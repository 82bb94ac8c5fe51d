package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limit before a simulated server whose capacity is known. */
class ConcurrencyLimitTest {
  private static final int FLOOR = 16;
  private static final int CEILING = 4096;
  private static final double ACCEPTABLE = 0.25;
  private static final long SEED = 20_26;

  private ConcurrencyLimit limit = new ConcurrencyLimit(FLOOR, CEILING, Duration.ofMillis(250));

  @Test
  void when_nobody_was_ever_slow_then_as_many_are_let_in_as_may() {
    assertEquals(CEILING, limit.limit());
    Server server = new Server(10_000, 0.002);
    server.run(5_000, 10);
    assertEquals(0, server.refused);
    assertEquals(CEILING, limit.limit());
  }

  @ParameterizedTest
  @CsvSource({"2000, 0.002", "2000, 0.1", "200, 0.01", "500, 0.5"})
  void when_three_times_as_many_come_then_the_limit_settles_near_the_knee(
      double capacity, double base) {
    Server server = new Server(capacity, base);
    server.run(capacity / 2, 5);
    server.run(3 * capacity, 20);
    server.forget();
    server.run(3 * capacity, 60);
    double knee = capacity * Math.max(ACCEPTABLE, 1.5 * base);
    double mean = server.meanLimit();
    assertTrue(mean >= 0.6 * knee && mean <= 1.6 * knee, mean + " for a knee of " + knee);
    assertTrue(server.done >= 0.9 * 60 * capacity, server.done + " in a minute");
    assertTrue(server.slowest <= 4 * Math.max(ACCEPTABLE, 1.5 * base) + 1, "" + server.slowest);
  }

  @Test
  void when_commits_are_made_in_batches_then_throughput_is_not_refused_away() {
    Server server = new Server(20_000, 0.002);
    server.batchSeconds = 0.02;
    server.run(60_000, 10);
    server.forget();
    server.run(60_000, 30);
    assertTrue(server.done >= 0.9 * 30 * 20_000 * 0.98, server.done + " in half a minute");
  }

  @Test
  void when_a_flood_is_over_then_all_are_let_in_within_five_seconds() {
    Server server = new Server(2_000, 0.005);
    server.run(6_000, 60);
    server.run(1_800, 5);
    server.forget();
    server.run(1_800, 10);
    assertEquals(0, server.refused);
  }

  @Test
  void when_the_server_was_slow_for_a_while_then_it_is_used_in_full_within_five_seconds() {
    Server server = new Server(2_000, 0.005);
    server.run(1_800, 5);
    server.capacity = 100;
    server.run(1_800, 20);
    assertTrue(limit.limit() < 100, "" + limit.limit());
    server.capacity = 2_000;
    server.run(1_800, 5);
    server.forget();
    server.run(1_800, 10);
    assertTrue(server.refused <= 0.01 * 10 * 1_800, "" + server.refused);
  }

  @Test
  void when_the_server_has_become_slower_for_good_then_it_is_used_in_full_all_the_same() {
    limit = new ConcurrencyLimit(256, CEILING, Duration.ofMillis(250));
    Server server = new Server(2_000, 0.005);
    server.run(1_000, 5);
    server.base = 1.0;
    server.run(1_000, 15);
    server.forget();
    server.run(1_000, 20);
    assertTrue(server.refused <= 0.02 * 20 * 1_000, "" + server.refused);
  }

  @Test
  void when_a_flood_comes_then_the_limit_is_at_once_what_was_made_use_of() {
    long second = 1_000_000_000L;
    for (int i = 0; i < 100; i++) {
      limit.done(second / 100, 300, i * second / 50);
    }
    assertEquals(CEILING, limit.limit());
    for (int i = 100; i < 130; i++) {
      limit.done(second, 300, i * second / 50);
    }
    assertTrue(limit.limit() <= 300, "" + limit.limit());
  }

  @Test
  void when_anything_happens_then_it_stays_between_floor_and_ceiling() {
    Random random = new Random(SEED);
    long now = 0;
    for (int i = 0; i < 200_000; i++) {
      now += random.nextInt(20_000_000);
      long latency = (long) Math.exp(random.nextDouble() * 25);
      limit.done(latency, random.nextInt(2 * CEILING), now);
      assertTrue(limit.limit() >= FLOOR && limit.limit() <= CEILING, "seed " + SEED);
    }
  }

  /** Serves one after the other; answers each a fixed time later, or with the next batch. */
  private final class Server {
    private final Random random = new Random(SEED);
    private final Deque<double[]> inside = new ArrayDeque<>();
    private double capacity;
    private double base;
    private double batchSeconds;
    private double now;
    private double freeAt;
    private long refused;
    private long done;
    private double slowest;
    private double limits;
    private long samples;

    Server(double capacity, double base) {
      this.capacity = capacity;
      this.base = base;
    }

    void forget() {
      refused = 0;
      done = 0;
      slowest = 0;
      limits = 0;
      samples = 0;
    }

    double meanLimit() {
      return limits / samples;
    }

    /** Requests come at random, {@code rate} a second on average. */
    void run(double rate, double seconds) {
      double end = now + seconds;
      while (now < end) {
        now += -Math.log(1 - random.nextDouble()) / rate;
        leave();
        limits += limit.limit();
        samples++;
        if (inside.size() >= limit.limit()) {
          refused++;
        } else {
          freeAt = Math.max(freeAt, now) + (0.5 + random.nextDouble()) / capacity;
          double at = freeAt + base;
          if (batchSeconds > 0) {
            at = Math.ceil(at / batchSeconds) * batchSeconds;
          }
          inside.add(new double[] {now, at});
        }
      }
    }

    private void leave() {
      while (!inside.isEmpty() && inside.element()[1] <= now) {
        int atWork = inside.size();
        double[] request = inside.remove();
        double latency = request[1] - request[0];
        slowest = Math.max(slowest, latency);
        done++;
        limit.done((long) (latency * 1e9), atWork, (long) (request[1] * 1e9));
      }
    }
  }
}

package io.longshore.agents;

import static io.longshore.agents.Given.ref;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What bounds webhooks: breaker, permits and cache. */
class WebhookLimitsTest {
  private final List<String> nudged = new ArrayList<>();

  @Test
  void when_a_webhook_fails_in_a_row_then_pauses_grow_until_a_trial_succeeds() {
    Breaker breaker = new Breaker(3, Duration.ofSeconds(5), Duration.ofSeconds(8));
    breaker.failed(0);
    breaker.succeeded();
    breaker.failed(0);
    assertFalse(breaker.failed(0));
    assertFalse(breaker.isOpen(0));
    assertTrue(breaker.failed(0), "says so once");
    assertFalse(breaker.failed(1), "what was under way changes nothing");
    assertEquals(5_000, breaker.openUntil());
    assertTrue(breaker.isOpen(4_999));
    assertFalse(breaker.isHalfOpen(4_999));
    assertTrue(breaker.isHalfOpen(5_000));

    assertFalse(breaker.failed(5_000));
    assertEquals(13_000, breaker.openUntil());
    breaker.succeeded();
    assertFalse(breaker.isOpen(6_000));
    assertFalse(breaker.isHalfOpen(6_000));
    breaker.failed(6_000);
    assertFalse(breaker.isOpen(6_000));
  }

  @Test
  void when_permits_are_taken_then_hosts_and_the_node_have_their_limits_and_who_waits_is_told() {
    Permits permits = new Permits(3, 2);
    assertEquals(2, permits.take("a", 5, () -> nudged.add("a1")));
    assertEquals(0, permits.take("a", 1, () -> nudged.add("a2")));
    assertEquals(1, permits.take("b", 2, () -> nudged.add("b")));

    permits.release("a");
    permits.release("a");
    assertEquals(List.of("a1", "a2"), nudged);
    permits.release("b");
    assertEquals(List.of("a1", "a2", "b"), nudged);
    permits.take("a", 2, () -> nudged.add("c"));
    permits.take("c", 2, () -> nudged.add("c"));
    permits.release("a");
    assertEquals(List.of("a1", "a2", "b", "c"), nudged, "another host has room now");
  }

  @Test
  void when_the_node_gives_all_it_may_then_hosts_take_turns() {
    Permits permits = new Permits(4, 2);
    assertEquals(2, permits.take("a", 5, () -> nudged.add("a")));
    assertEquals(2, permits.take("b", 5, () -> nudged.add("b")));
    assertEquals(0, permits.take("c", 5, () -> nudged.add("c")));

    for (int i = 0; i < 4; i++) {
      permits.release("a");
      String next = nudged.get(i);
      assertEquals(1, permits.take(next, 5, () -> nudged.add(next)));
    }

    assertEquals(List.of("a", "c", "a", "c"), nudged);
  }

  @Test
  void when_results_are_kept_then_time_entries_and_bytes_bound_them() {
    ResultCache cache = new ResultCache(2, 1_000);
    ByteBuffer one = key("alice", "http://a", "1");
    ByteBuffer two = key("alice", "http://a", "2");
    ByteBuffer three = key("alice", "http://a", "3");
    cache.keep(one, "1".getBytes(UTF_8), 10);
    cache.keep(two, "2".getBytes(UTF_8), 20);
    assertArrayEquals("1".getBytes(UTF_8), cache.find(one, 9));
    assertNull(cache.find(three, 9));

    cache.keep(three, "3".getBytes(UTF_8), 20);
    assertNull(cache.find(two, 9), "the least recently used went");
    assertNull(cache.find(one, 10), "too old");
    cache.keep(one, new byte[700], 20);
    assertNull(cache.find(three, 11), "there was no room for both");
    cache.keep(two, new byte[1_000], 20);
    assertNull(cache.find(two, 11), "larger than all room");
  }

  @Test
  void when_agent_url_or_input_differ_then_results_are_told_apart() {
    ByteBuffer key = key("alice", "http://a", "1");
    assertEquals(key, key("alice", "http://a", "1"));
    assertNotEquals(key, key("bob", "http://a", "1"));
    assertNotEquals(key, key("alice", "http://b", "1"));
    assertNotEquals(key, key("alice", "http://a", "2"));
  }

  private static ByteBuffer key(String agentId, String url, String input) {
    Lease lease = Given.lease(ref("t" + input), "token", 1);
    Lease with =
        new Lease(
            lease.taskId(),
            lease.leaseToken(),
            1,
            1,
            lease.route(),
            input.getBytes(UTF_8),
            lease.priority(),
            0,
            lease.labels(),
            null,
            null,
            List.of());
    ByteBuffer key = ResultCache.key(agentId, url, with);
    if (key == null) {
      throw new AssertionError("no key");
    }
    return key;
  }
}

package io.longshore.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StableHashTest {

  /** Records lie where these numbers point: if this fails, the change is wrong, not the test. */
  @ParameterizedTest
  @CsvSource({
    "a, 3, 51, 435",
    "alice, 14, 30, 1566",
    "agent-1, 10, 26, 2970",
    "agent-2, 0, 0, 2944",
    "agent_9.z~, 5, 53, 2869",
    "0123456789abcdef, 11, 11, 1675",
    "Ægir, 8, 40, 2792",
  })
  void when_hashed_then_the_bucket_is_what_it_always_was(
      String agentId, int of16, int of64, int of4096) {
    assertEquals(of16, StableHash.bucket(agentId, 16));
    assertEquals(of64, StableHash.bucket(agentId, 64));
    assertEquals(of4096, StableHash.bucket(agentId, 4096));
  }

  @Test
  void when_ids_count_up_then_every_bucket_gets_its_share() {
    int[] counts = new int[16];
    IntStream.range(0, 16_000)
        .forEach(i -> counts[StableHash.bucket("agent-" + i, counts.length)]++);
    for (int count : counts) {
      assertTrue(count > 850 && count < 1_150, "uneven: " + count + " of about 1,000");
    }
  }

  @Test
  void when_hashed_then_to_the_published_values_of_fnv_1a() {
    assertEquals(0xcbf29ce484222325L, StableHash.fnv1a("".getBytes(UTF_8)));
    assertEquals(0xaf63dc4c8601ec8cL, StableHash.fnv1a("a".getBytes(UTF_8)));
    assertEquals(0x85944171f73967e8L, StableHash.fnv1a("foobar".getBytes(UTF_8)));
    long foo = StableHash.fnv1a("foo".getBytes(UTF_8));
    assertEquals(0x85944171f73967e8L, StableHash.fnv1a(foo, "bar".getBytes(UTF_8)));
  }
}

package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longshore.coordinator.LedgerState.KeyUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UsedKeysTest {
  private final UsedKeys keys = new UsedKeys();

  @Test
  void when_keys_come_and_go_in_any_order_then_it_is_as_a_map_in_order_of_use() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      UsedKeys keys = new UsedKeys();
      Map<String, KeyUse> map = new LinkedHashMap<>();
      for (int i = 0; i < 5_000; i++) {
        String key = "key-" + random.nextInt(800);
        if (random.nextBoolean()) {
          KeyUse use = use(random);
          assertEquals(map.remove(key), keys.put(key, use));
          map.put(key, use);
        } else {
          assertEquals(map.remove(key), keys.remove(key));
        }
        assertEquals(map.size(), keys.size());
        String other = "key-" + random.nextInt(800);
        assertEquals(map.get(other), keys.get(other));
        assertEquals(map.containsKey(other), keys.containsKey(other));
      }
      assertEquals(map, keys);
      assertEquals(List.copyOf(map.entrySet()), new ArrayList<>(keys.entrySet()));
    }
  }

  private static KeyUse use(Random random) {
    String id = new UUID(random.nextLong(), random.nextLong()).toString();
    String taskId =
        switch (random.nextInt(4)) {
          case 0 -> "t" + random.nextInt(100);
          case 1 -> id.substring(0, 16); // as many characters as a UUID takes bytes
          case 2 -> id.toUpperCase(java.util.Locale.ROOT); // not how ids are written
          default -> id;
        };
    return new KeyUse(taskId, random.nextLong(), random.nextLong());
  }

  @Test
  void when_a_key_is_of_any_characters_then_it_is_found() {
    for (String key : List.of("", "a", "ä€𝄞", "k".repeat(1_000))) {
      keys.put(key, new KeyUse("t", 1, 2));
      assertEquals(new KeyUse("t", 1, 2), keys.get(key));
    }
    assertEquals(List.of("", "a", "ä€𝄞", "k".repeat(1_000)), List.copyOf(keys.keySet()));
    assertNull(keys.get("b"));
    assertFalse(keys.containsKey("aa"));
  }
}

package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class HeapShareTest {
  private final Config config =
      ConfigFactory.parseString("follows = auto, fixed = 3 MiB, wrong = much");

  @Test
  void when_a_size_is_auto_then_it_is_a_part_of_the_heap_and_no_more_than_the_most() {
    long heap = Runtime.getRuntime().maxMemory();
    assertEquals(heap / 4, HeapShare.bytes(config, "follows", 4, Long.MAX_VALUE));
    assertEquals(7, HeapShare.bytes(config, "follows", 4, 7));
  }

  @Test
  void when_a_size_is_given_then_the_heap_does_not_matter() {
    assertEquals(3 << 20, HeapShare.bytes(config, "fixed", 4, 7));
    assertThrows(ConfigException.class, () -> HeapShare.bytes(config, "wrong", 4, 7));
  }
}

package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompilerTimeTest {
  private static final String FIELDS =
      " S 1 17 17 0 -1 4210752 900 0 2 0 1234 56 0 0 20 0 31 0 100 9000 50";

  @Test
  void when_a_thread_compiles_then_its_user_and_system_time_count() {
    assertEquals(Duration.ofMillis(12_900), CompilerTime.of("17 (C2 CompilerThre)" + FIELDS));
    assertEquals(Duration.ofMillis(12_900), CompilerTime.of("18 (C1 CompilerThre)" + FIELDS));
  }

  @Test
  void when_a_thread_does_something_else_then_it_does_not_count() {
    assertEquals(Duration.ZERO, CompilerTime.of("19 (a ) b (c)" + FIELDS));
  }

  @Test
  void when_there_is_no_such_process_then_nothing_was_spent() {
    assertEquals(Duration.ZERO, CompilerTime.of(-1));
  }
}

package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.longshore.loadtest.History.Decision;
import io.longshore.loadtest.History.Trouble;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Trouble TROUBLE = new Trouble("bad", 1_000, 9_000);

  private static History history(Decision... decisions) {
    return new History(100, List.of(decisions));
  }

  private static Decision decision(long at, String kind, String agentId) {
    return new Decision(at, kind, agentId);
  }

  @Test
  void when_a_task_was_moved_then_it_lay_behind_the_agent_from_the_trouble_to_the_move() {
    History moved =
        history(
            decision(500, "assigned", "bad"),
            decision(2_500, "moved", "bad"),
            decision(2_510, "assigned", "good"),
            decision(2_600, "started", "good"));
    assertEquals(1_500, moved.behindMillis(TROUBLE));
    assertEquals(0, moved.behindMillis(new Trouble("good", 3_000, 9_000)));
    assertEquals(0, moved.leasedInVainMillis(TROUBLE));
    assertEquals(2_500, moved.waitMillis());
    assertEquals(1, moved.moves());
    assertEquals(0, moved.doubled());
    assertTrue(moved.met("bad"));
    assertFalse(moved.met("other"));
  }

  @Test
  void when_it_was_never_taken_away_then_it_lay_there_until_the_end_of_the_trouble() {
    assertEquals(8_000, history(decision(500, "assigned", "bad")).behindMillis(TROUBLE));
  }

  @Test
  void when_a_lease_came_to_nothing_then_the_time_to_the_next_start_was_in_vain() {
    History again =
        history(
            decision(1_500, "assigned", "bad"),
            decision(1_600, "started", "bad"),
            decision(6_600, "retried", ""),
            decision(7_000, "assigned", "good"),
            decision(7_100, "started", "good"),
            decision(7_500, "ended", "good"));
    assertEquals(100, again.behindMillis(TROUBLE));
    assertEquals(5_500, again.leasedInVainMillis(TROUBLE));
    assertEquals(1, again.startedAgain());
    assertEquals(0, again.doubled());
  }

  @Test
  void when_it_started_twice_under_one_lease_then_it_was_doubled() {
    History doubled =
        history(decision(1_600, "started", "bad"), decision(1_700, "started", "good"));
    assertEquals(1, doubled.doubled());
  }

  @Test
  void when_a_node_tells_decisions_then_they_are_read() throws IOException {
    String body =
        """
        {"decisions": [
          {"at": "1970-01-01T00:00:02Z", "kind": "waiting", "reason": "no agent"},
          {"at": "1970-01-01T00:00:03.5Z", "kind": "started", "agentId": "a", "reason": ""}]}
        """;
    History read = History.of(1_000, new ObjectMapper().readTree(body));
    assertEquals(
        List.of(decision(2_000, "waiting", ""), decision(3_500, "started", "a")), read.decisions());
    assertEquals(2_500, read.waitMillis());
  }
}

package io.longshore.agents;

import static io.longshore.agents.Given.refs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** An agent that runs eight tasks and is full with sixteen: four places are worth a report. */
class GatheredRoomTest {
  private final MailboxDriver alice = MailboxDriver.online(8);
  private final List<Lease> leases = fill();

  private List<Lease> fill() {
    alice.assign(refs(1, 16));
    List<Lease> running = alice.work(8);
    alice.reports();
    return running;
  }

  private void end(int from, int to) {
    leases.subList(from, to).forEach(lease -> alice.ended(lease, true));
  }

  private List<Integer> told() {
    return alice.reports().stream().map(report -> report.room().free()).toList();
  }

  @Test
  void when_leases_end_one_by_one_then_their_room_is_told_at_once() {
    end(0, 3);
    assertEquals(List.of(), told());

    end(3, 4);
    assertEquals(List.of(4), told());

    end(4, 6);
    assertEquals(List.of(5, 6), told(), "from then on each place");
  }

  @Test
  void when_no_more_room_comes_then_the_little_is_told_after_a_moment() {
    end(0, 1);

    assertEquals(alice.now + Reports.GATHERING, alice.state.nextDue(alice.now));
    alice.pass(Reports.GATHERING - 1);
    assertEquals(List.of(), told());
    alice.pass(1);
    assertEquals(List.of(1), told());

    end(1, 2);
    assertEquals(List.of(), told(), "the next moment begins");
    alice.pass(Reports.GATHERING);
    assertEquals(List.of(2), told());
  }

  @Test
  void when_there_is_something_else_to_tell_then_little_room_goes_with_it() {
    end(0, 1);

    alice.assign(refs(17, 17));
    assertEquals(List.of(0), told());
    assertTrue(alice.state.nextDue(alice.now) > alice.now + Reports.GATHERING);
  }

  @Test
  void when_the_clock_is_set_back_then_little_room_is_not_held_back_until_then() {
    end(0, 1);

    alice.pass(-60_000);

    assertEquals(List.of(1), told());
  }
}

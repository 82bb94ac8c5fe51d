package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.Route;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.agents.WorkSource.Urgency;
import io.longshore.coordinator.CoordinatorProtocol.Alive;
import io.longshore.coordinator.CoordinatorProtocol.Mark;
import io.longshore.coordinator.CoordinatorProtocol.Offer;
import io.longshore.coordinator.CoordinatorProtocol.Reported;
import io.longshore.coordinator.CoordinatorProtocol.Setback;
import io.longshore.coordinator.CoordinatorProtocol.Settled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ToCoordinatorsTest {
  private static final Route ECHO = Route.capability("echo");
  private static final Route UPPER = Route.capability("upper");
  private final List<String> sent = new ArrayList<>();
  private final TreeMap<Duration, List<Runnable>> later = new TreeMap<>();
  private final ToCoordinators coordinators =
      new ToCoordinators(
          this::told,
          (delay, task) -> later.computeIfAbsent(delay, d -> new ArrayList<>()).add(task));

  private void told(Route route, CoordinatorProtocol.Command command) {
    if (command instanceof Reported reported) {
      sent.add(route.name() + " is told of " + said(reported.report()));
    } else if (command instanceof Alive alive) {
      sent.add(
          route.name()
              + " hears "
              + alive.reports().stream().map(ToCoordinatorsTest::said).toList());
    } else if (command instanceof Settled settled) {
      sent.add(route.name() + " settles " + settled.taskIds() + setbacks(settled));
    } else if (command instanceof Offer offer) {
      sent.add(route.name() + " is offered " + offer.tasks().get(0).ref().taskId());
    }
  }

  private static String setbacks(Settled settled) {
    return settled.setbacks().isEmpty() ? "" : " against " + settled.setbacks().get(0).agentId();
  }

  private static String said(MailboxReport report) {
    return report.agentId() + report.room().free();
  }

  private void report(Route route, String agentId, int free, Urgency urgency) {
    Room room = new Room(Status.ONLINE, free, 0, 0, 1, 0);
    coordinators.report(
        route, new MailboxReport(agentId, 1, room, List.of(), List.of(), List.of()), urgency);
  }

  private void settle(Route route, String taskId) {
    coordinators.settled(route, new Settled(List.of(taskId), List.of()));
  }

  /** All that is planned happens, the soonest first. */
  private void timePasses() {
    Map<Duration, List<Runnable>> due = new TreeMap<>(later);
    later.clear();
    due.values().forEach(tasks -> tasks.forEach(Runnable::run));
  }

  private List<String> sent() {
    List<String> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  @Test
  void when_mailboxes_have_nothing_to_tell_then_their_signs_leave_together() {
    report(ECHO, "a", 1, Urgency.SIGN);
    report(UPPER, "a", 1, Urgency.SIGN);
    report(ECHO, "b", 2, Urgency.SIGN);
    assertEquals(List.of(), sent());
    assertEquals(Urgency.SIGN.patience(), later.firstKey());
    timePasses();
    assertEquals(List.of("echo hears [a1, b2]", "upper hears [a1]"), sent());
    timePasses();
    assertEquals(List.of(), sent());
    report(ECHO, "a", 1, Urgency.SIGN);
    timePasses();
    assertEquals(List.of("echo hears [a1]"), sent());
  }

  @Test
  void when_news_can_wait_then_it_leaves_soon_with_the_signs_and_with_what_partitions_say() {
    report(ECHO, "a", 1, Urgency.SIGN);
    settle(ECHO, "s");
    report(ECHO, "b", 1, Urgency.SOON);
    settle(ECHO.withoutRange(), "t");
    coordinators.settled(
        ECHO, new Settled(List.of(), List.of(new Setback("bob", Mark.LOST_LEASE))));
    assertEquals(List.of(), sent());
    assertEquals(Urgency.SOON.patience(), later.firstKey());
    assertEquals(1, later.firstEntry().getValue().size());
    timePasses();
    assertEquals(List.of("echo settles [s, t] against bob", "echo hears [a1, b1]"), sent());
  }

  @Test
  void when_something_cannot_wait_then_it_leaves_at_once_and_nothing_older_after_it() {
    report(ECHO, "a", 2, Urgency.SOON);
    report(UPPER, "a", 2, Urgency.SOON);
    report(ECHO, "a", 0, Urgency.NOW);
    assertEquals(List.of("echo hears [a2]", "echo is told of a0"), sent());
    timePasses();
    assertEquals(List.of("upper hears [a2]"), sent());
  }

  @Test
  void when_a_task_waits_again_then_the_coordinator_has_heard_before_that_it_did_not() {
    settle(ECHO, "t");
    report(ECHO, "a", 2, Urgency.SOON);
    coordinators.offer(ECHO, new Offer(List.of(Given.offered("t")), 0, 0));
    assertEquals(List.of("echo settles [t]", "echo is offered t"), sent());
    timePasses();
    assertEquals(List.of("echo hears [a2]"), sent());
  }

  @Test
  void when_there_are_more_than_go_together_then_they_leave_in_parts() {
    for (int i = 0; i <= ToCoordinators.MOST_TOGETHER; i++) {
      report(ECHO, "a" + i, 1, Urgency.SIGN);
      settle(ECHO, "t" + i);
    }
    assertEquals(2, sent().size());
    timePasses();
    assertEquals(
        List.of(
            "echo settles [t%d]".formatted(ToCoordinators.MOST_TOGETHER),
            "echo hears [a%d1]".formatted(ToCoordinators.MOST_TOGETHER)),
        sent());
  }
}

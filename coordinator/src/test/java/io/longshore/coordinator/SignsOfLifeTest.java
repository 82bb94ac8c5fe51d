package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.Route;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignsOfLifeTest {
  private static final Route ECHO = Route.capability("echo");
  private static final Route UPPER = Route.capability("upper");
  private final List<String> sent = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private final SignsOfLife signs = new SignsOfLife(this::told, later::add);

  private void told(Route route, CoordinatorProtocol.Command command) {
    if (command instanceof CoordinatorProtocol.Reported reported) {
      sent.add(route.name() + " is told of " + said(reported.report()));
    } else if (command instanceof CoordinatorProtocol.Alive alive) {
      sent.add(
          route.name()
              + " hears "
              + alive.reports().stream().map(SignsOfLifeTest::said).sorted().toList());
    }
  }

  private static String said(MailboxReport report) {
    return report.agentId() + report.room().free();
  }

  private static MailboxReport report(String agentId, int free) {
    Room room = new Room(Status.ONLINE, free, 0, 0, 1, 0);
    return new MailboxReport(agentId, 1, room, List.of(), List.of(), List.of());
  }

  private void timePasses() {
    List<Runnable> due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void when_mailboxes_have_nothing_to_tell_then_their_signs_leave_together() {
    signs.alive(ECHO, report("a", 1));
    signs.alive(UPPER, report("a", 1));
    signs.alive(ECHO, report("b", 2));
    assertEquals(List.of(), sent);
    timePasses();
    assertEquals(List.of("echo hears [a1, b2]", "upper hears [a1]"), sent);

    sent.clear();
    timePasses();
    assertEquals(List.of(), sent);
    signs.alive(ECHO, report("a", 1));
    timePasses();
    assertEquals(List.of("echo hears [a1]"), sent);
  }

  @Test
  void when_there_is_news_then_it_leaves_at_once_and_no_older_sign_after_it() {
    signs.alive(ECHO, report("a", 1));
    signs.alive(ECHO, report("b", 1));
    signs.report(ECHO, report("a", 0));
    assertEquals(List.of("echo is told of a0"), sent);
    timePasses();
    assertEquals(List.of("echo is told of a0", "echo hears [b1]"), sent);
  }

  @Test
  void when_there_are_more_than_go_together_then_they_leave_in_parts() {
    for (int i = 0; i <= SignsOfLife.MOST_TOGETHER; i++) {
      signs.alive(ECHO, report("a" + i, 1));
    }
    assertEquals(1, later.size());
    timePasses();
    assertEquals(2, sent.size());
    assertEquals("echo hears [a%d1]".formatted(SignsOfLife.MOST_TOGETHER), sent.get(1));
  }
}

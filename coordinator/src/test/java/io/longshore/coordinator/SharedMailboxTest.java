package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.coordinator.CoordinatorProtocol.Offered;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Several coordinators feed the mailbox of one agent that has all their capabilities. Each counts
 * on all its room, so that they give too much together; the mailbox refuses what is too much.
 */
class SharedMailboxTest {
  private static final int COORDINATORS = 4;
  private static final int TASKS = 25;

  private final FakeMailbox mailbox = new FakeMailbox("agent", 3, 2, 200);
  private final List<Assignment> tables = new ArrayList<>();
  private final Queue<Runnable> network = new ArrayDeque<>();
  private final Set<String> started = new HashSet<>();
  private final Set<String> done = new HashSet<>();
  private long now = Given.NOW;

  private static String taskId(int table, int number) {
    return table + "-" + number;
  }

  private Assignment tableOf(String taskId) {
    return tables.get(Integer.parseInt(taskId.substring(0, taskId.indexOf('-'))));
  }

  private void offer(int table) {
    List<Offered> offers = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      if (!started.contains(taskId(table, i))) {
        TaskRef ref =
            new TaskRef(
                taskId(table, i),
                Route.capability("c" + table),
                Priority.NORMAL,
                0,
                Given.NOW,
                List.of());
        offers.add(new Offered(ref, Map.of()));
      }
    }
    tables.get(table).offered(offers, now);
  }

  private void act(Assignment table, boolean tick) {
    Actions actions = new Actions();
    if (tick) {
      table.tick(actions, now);
    } else {
      table.assign(actions, now);
    }
    actions
        .give()
        .forEach((agent, refs) -> network.add(() -> tell(table, mailbox.assign(refs, now), true)));
    actions
        .takeBack()
        .forEach((agent, ids) -> network.add(() -> tell(table, mailbox.takeBack(ids, now), true)));
  }

  /** News of single tasks go to their own coordinator, the room to all. */
  private void tell(Assignment to, MailboxReport report, boolean others) {
    network.add(
        () -> {
          to.reported(mailbox.agent, report, now);
          act(to, false);
        });
    if (others) {
      MailboxReport room =
          new MailboxReport(
              report.agentId(),
              report.incarnation(),
              report.room(),
              List.of(),
              List.of(),
              List.of());
      tables.stream().filter(table -> table != to).forEach(table -> tell(table, room, false));
    }
  }

  @Test
  void when_several_feed_one_mailbox_then_it_never_holds_more_than_it_may_and_all_is_done() {
    Random random = new Random(7);
    for (int i = 0; i < COORDINATORS; i++) {
      tables.add(
          new Assignment(
              Given.assignment(), Strategies.SHORTEST_COMPLETION, AssignmentFixture.FORGET));
    }
    for (int step = 0; step < 20_000 && done.size() < COORDINATORS * TASKS; step++) {
      if (step % 100 == 0) {
        for (int i = 0; i < COORDINATORS; i++) {
          offer(i);
        }
      }
      mailbox.step(
          (ref, by) -> {
            assertTrue(started.add(ref.taskId()), "started twice");
            network.add(() -> tableOf(ref.taskId()).settled(List.of(ref.taskId()), now));
            return true;
          },
          done::add,
          report -> tell(tables.get(0), report, true),
          now);
      assertTrue(mailbox.held() <= mailbox.capacity, "over its room");
      for (int messages = random.nextInt(network.size() + 1); messages > 0; messages--) {
        network.remove().run();
        assertTrue(mailbox.held() <= mailbox.capacity, "over its room");
      }
      if (step % 5 == 0) {
        tables.forEach(table -> act(table, true));
      }
      now += 50;
    }
    assertEquals(COORDINATORS * TASKS, done.size());
    assertTrue(mailbox.refusals > 0, "nobody ever gave too much");
  }
}

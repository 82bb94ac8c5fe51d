package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.coordinator.CoordinatorProtocol.Offered;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/**
 * A coordinator between a ledger that offers and mailboxes that work. Messages take a moment; with
 * a bad network some are lost or come twice, mailboxes and the coordinator itself restart.
 */
final class AssignmentSimulation {
  private static final long STEP = 50;
  private static final long LEASE = 30_000;
  private final Random random;
  private final List<FakeMailbox> mailboxes = new ArrayList<>();
  private final Map<String, TaskRef> waiting = new LinkedHashMap<>();
  private final Map<String, Long> leases = new HashMap<>();
  private final Set<String> done = new HashSet<>();
  private final Offers offers = new Offers(64, 5_000, 30_000);
  private final Queue<Runnable> network = new ArrayDeque<>();
  private final Map<String, Set<Decision>> moves = new HashMap<>();
  private Assignment assignment = table();
  private int submitted;
  private boolean bad;
  private long now = Given.NOW;

  AssignmentSimulation(long seed, boolean bad) {
    random = new Random(seed);
    this.bad = bad;
  }

  private static Assignment table() {
    return new Assignment(
        Given.assignment(), Strategies.SHORTEST_COMPLETION, AssignmentFixture.FORGET);
  }

  void add(int capacity, int concurrency, long serviceMillis) {
    mailboxes.add(
        new FakeMailbox("agent-" + mailboxes.size(), capacity, concurrency, serviceMillis));
  }

  void submit(int count) {
    for (int i = 0; i < count; i++) {
      Priority priority =
          List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW).get(random.nextInt(3));
      String taskId = "t" + ++submitted;
      waits(new TaskRef(taskId, Given.ECHO, priority, 0, now, List.of()));
    }
  }

  private void waits(TaskRef ref) {
    waiting.put(ref.taskId(), ref);
    offers.waiting(ref.route(), ref.priority(), ref.taskId(), 0, now);
  }

  /** Goes on for so long. */
  void run(long millis) {
    for (long end = now + millis; now < end; now += STEP) {
      step();
    }
  }

  /** Goes on with a good network until all is done. */
  void finish() {
    bad = false;
    for (int i = 0; i < 400 && done.size() < submitted; i++) {
      run(1_000);
    }
    assertEquals(submitted, done.size(), () -> "never done: " + waiting.keySet());
    run(40_000);
    assertEquals(0, assignment.waitingCount(), "the coordinator holds what is done");
  }

  private void step() {
    if (bad && random.nextInt(200) == 0) {
      assignment = table();
      offers.forget(Given.ECHO, now);
    }
    for (FakeMailbox mailbox : mailboxes) {
      if (bad && random.nextInt(600) == 0) {
        mailbox.restart();
      }
      mailbox.step(this::start, this::complete, report -> report(mailbox, report), now);
      assertTrue(mailbox.held() <= mailbox.capacity, "over its room");
    }
    offer();
    int messages = network.size();
    for (int i = 0; i < messages; i++) {
      network.remove().run();
    }
    if (now % 250 == 0) {
      Actions actions = new Actions();
      assignment.tick(actions, now);
      perform(actions);
    }
  }

  private void offer() {
    for (String taskId : List.copyOf(leases.keySet())) {
      if (leases.getOrDefault(taskId, now) <= now) {
        leases.remove(taskId);
        waits(new TaskRef(taskId, Given.ECHO, Priority.NORMAL, 0, now, List.of()));
      }
    }
    for (String taskId : offers.next(now).getOrDefault(Given.ECHO, List.of())) {
      TaskRef ref = waiting.get(taskId);
      if (ref != null) {
        send(
            () -> {
              assignment.offered(List.of(new Offered(ref, Map.of())), now);
              assign();
            });
      }
    }
  }

  private boolean start(TaskRef ref, FakeMailbox by) {
    String taskId = ref.taskId();
    boolean startable = waiting.remove(taskId) != null;
    if (startable) {
      for (FakeMailbox other : mailboxes) {
        assertTrue(other == by || !other.isWorkingOn(taskId) || bad, "worked on twice");
      }
      leases.put(taskId, now + LEASE);
      noteMoves(ref);
      offers.settled(ref.route(), ref.priority(), taskId, 0);
      settled(taskId);
    }
    return startable;
  }

  private void noteMoves(TaskRef ref) {
    for (Decision decision : ref.decisions()) {
      if (decision.kind() == Kind.MOVED && decision.reason().startsWith("would be done")) {
        moves.computeIfAbsent(ref.taskId(), id -> new HashSet<>()).add(decision);
      }
    }
  }

  private void complete(String taskId) {
    if (leases.remove(taskId) != null) {
      done.add(taskId);
      settled(taskId);
    }
  }

  private void settled(String taskId) {
    send(
        () -> {
          assignment.settled(List.of(taskId), now);
          assign();
        });
  }

  private void report(FakeMailbox mailbox, MailboxReport report) {
    send(
        () -> {
          assignment.reported(mailbox.agent, report, now);
          assign();
        });
  }

  private void assign() {
    Actions actions = new Actions();
    assignment.assign(actions, now);
    perform(actions);
  }

  private void perform(Actions actions) {
    for (FakeMailbox mailbox : mailboxes) {
      List<TaskRef> refs = actions.give().get(mailbox.agent);
      if (refs != null) {
        send(() -> report(mailbox, mailbox.assign(refs, now)));
      }
      List<String> back = actions.takeBack().get(mailbox.agent.agentId());
      if (back != null) {
        send(() -> report(mailbox, mailbox.takeBack(back, now)));
      }
    }
  }

  private void send(Runnable message) {
    int copies = !bad ? 1 : random.nextInt(10) == 0 ? 0 : random.nextInt(10) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      network.add(message);
    }
  }

  int refusals() {
    return mailboxes.stream().mapToInt(mailbox -> mailbox.refusals).sum();
  }

  int done() {
    return done.size();
  }

  int moved() {
    return moves.values().stream().mapToInt(Set::size).sum();
  }

  /** From whom tasks have moved. */
  Set<String> movedFrom() {
    Set<String> agents = new HashSet<>();
    moves.values().forEach(some -> some.forEach(move -> agents.add(move.agentId())));
    return agents;
  }

  int mostMovesOfATask() {
    return moves.values().stream().mapToInt(Set::size).max().orElse(0);
  }

  long now() {
    return now;
  }
}

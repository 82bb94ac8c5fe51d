package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.Lease;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.persistence.StateSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was decided and written leads, when read, to the very state that wrote it. */
class LedgerReplayTest {

  @Test
  void when_a_journal_is_replayed_then_the_state_is_the_one_that_wrote_it() {
    Seeds.each(LedgerReplayTest.class, 200, LedgerReplayTest::replay);
  }

  private static void replay(long seed) {
    LedgerFixture ledger = new LedgerFixture(Given.ledger(50, 30_000, 5));
    Random random = new Random(seed);
    List<Lease> leases = new ArrayList<>();
    byte[] snapshot = new byte[0];
    int snapshotAt = 0;
    for (int i = 0; i < 200; i++) {
      step(ledger, random, leases, i);
      if (random.nextInt(60) == 0 || i == 0) {
        snapshot = Blobs.snapshot(ledger.state);
        snapshotAt = ledger.events.size();
      }
    }
    byte[] live = Blobs.snapshot(ledger.state);
    LedgerState fromJournal = new LedgerState();
    Blobs.events(Blobs.journal(ledger.events)).forEach(fromJournal::apply);
    assertArrayEquals(live, Blobs.snapshot(fromJournal));
    LedgerState fromSnapshot = new StateSnapshot(snapshot).state(LedgerSnapshotCodec.INSTANCE);
    List<LedgerEvent> rest = ledger.events.subList(snapshotAt, ledger.events.size());
    Blobs.events(Blobs.journal(rest)).forEach(fromSnapshot::apply);
    assertArrayEquals(live, Blobs.snapshot(fromSnapshot));
    for (Task task : ledger.state.all()) {
      Deep.assertSame(task, Objects.requireNonNull(fromJournal.find(task.taskId)));
      Deep.assertSame(task, Objects.requireNonNull(fromSnapshot.find(task.taskId)));
    }
    assertEquals(ledger.state.live(), fromSnapshot.live());
    assertEquals(ledger.state.bytes(), fromSnapshot.bytes());
    long far = ledger.now + 10 * Given.KEY_RETENTION;
    assertEquals(
        ledger.logic.due(ledger.state, far, 1_000), ledger.logic.due(fromSnapshot, far, 1_000));
  }

  private static void step(LedgerFixture ledger, Random random, List<Lease> leases, int number) {
    String id = "task-" + random.nextInt(number + 1);
    Lease lease = leases.isEmpty() ? null : leases.get(random.nextInt(leases.size()));
    int what = random.nextInt(10);
    if (what < 3) {
      ledger.tell(new TaskProtocol.Submit("task-" + number, task(random, ledger.now, number)));
    } else if (what < 6) {
      if (ledger.tell(new TaskProtocol.Start(id, "alice", 0, List.of(Given.assigned(ledger.now))))
          instanceof TaskProtocol.Started started) {
        leases.add(started.lease());
      }
    } else if (what == 6) {
      if (random.nextBoolean()) {
        ledger.cancel(id);
      } else {
        ledger.resume(id);
      }
    } else if (what == 7) {
      ledger.pass(random.nextInt(20_000));
      ledger.archive();
    } else if (lease != null) {
      use(ledger, random, lease);
    }
  }

  private static void use(LedgerFixture ledger, Random random, Lease lease) {
    switch (random.nextInt(5)) {
      case 0 -> ledger.complete(lease);
      case 1 -> ledger.fail(lease, random.nextBoolean(), random.nextBoolean() ? null : 0L);
      case 2 -> ledger.release(lease);
      case 3 -> ledger.requireInput(lease);
      default -> ledger.extend(lease, random.nextInt(60_000));
    }
  }

  private static NewTask task(Random random, long now, int number) {
    return new NewTask(
        Given.ECHO,
        new byte[random.nextInt(500)],
        List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW).get(random.nextInt(3)),
        random.nextBoolean() ? 0 : now + random.nextInt(500_000),
        random.nextBoolean() ? Map.of() : Map.of("a", "1", "b", "2", "c", "3"),
        1 + random.nextInt(3),
        1 + random.nextInt(60_000),
        random.nextBoolean() ? null : "c",
        random.nextBoolean() ? null : "t",
        random.nextBoolean() ? null : "key-" + number % 20);
  }
}

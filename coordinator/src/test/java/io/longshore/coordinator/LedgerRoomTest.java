package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.coordinator.TaskProtocol.Complete;
import io.longshore.coordinator.TaskProtocol.RequireInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A full partition says when it will have room, as fast as tasks have ended. */
class LedgerRoomTest {
  private final LedgerLogic logic = new LedgerLogic(Given.ledger(2, 10_000_000, 1_000));
  private final LedgerState state = logic.empty();
  private long now = Given.NOW;
  private int tasks;

  private TaskProtocol.SubmitReply submit() {
    return (TaskProtocol.SubmitReply) decide(new TaskProtocol.Submit("t" + ++tasks, Given.task()));
  }

  private Object decide(TaskProtocol.Command<?> command) {
    var verdict = logic.decide(state, command, now);
    verdict.events().forEach(event -> logic.evolve(state, event));
    return verdict.reply();
  }

  @Test
  void when_tasks_end_at_a_rate_then_a_full_partition_tells_when_one_more_has_room() {
    submit();
    submit();
    for (int i = 1; i <= 10; i++) {
      now += 8_000;
      decide(new TaskProtocol.Cancel("t" + i));
      assertInstanceOf(TaskProtocol.Accepted.class, submit());
    }
    var full = assertInstanceOf(TaskProtocol.LedgerFull.class, submit());
    assertEquals("tasks", full.lacking());
    assertEquals(8_000, (double) full.retryAfterMillis(), 1_000);
    now += 30_000;
    full = assertInstanceOf(TaskProtocol.LedgerFull.class, submit());
    assertTrue(full.retryAfterMillis() >= 15_000, "it is slower now");
  }

  @Test
  void when_bytes_are_full_then_that_is_told() {
    LedgerLogic small = new LedgerLogic(Given.ledger(2, 1, 1_000));
    var verdict = small.decide(small.empty(), new TaskProtocol.Submit("t", Given.task()), now);
    var full = assertInstanceOf(TaskProtocol.LedgerFull.class, verdict.reply());
    assertEquals("bytes", full.lacking());
  }

  @Test
  void when_results_have_no_room_then_they_are_refused_and_the_lease_goes_on() {
    LedgerFixture ledger = new LedgerFixture(Given.ledger(100, 10_000, 100));
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      leases.add(ledger.start(ledger.submit(Given.task())));
    }
    complete(ledger, leases.get(0), 8_000);
    complete(ledger, leases.get(1), 8_000);
    assertTrue(ledger.state.bytes() > 15_000, "half as much again is there by now");
    Lease lease = leases.get(2);
    var complete = new Complete(lease.taskId(), lease.leaseToken(), new byte[1], true);
    var full = assertInstanceOf(TaskProtocol.LedgerFull.class, ledger.unchanged(complete));
    assertEquals("bytes", full.lacking());
    assertTrue(full.retryAfterMillis() >= 1_000);
    var ask = new RequireInput(lease.taskId(), lease.leaseToken(), new byte[1], true);
    assertInstanceOf(TaskProtocol.LedgerFull.class, ledger.unchanged(ask));
    assertInstanceOf(TaskProtocol.LeaseDone.class, ledger.extend(lease, 60_000));
    complete(ledger, leases.get(3), 1); // of an older version, which would not understand it

    ledger.pass(Given.LINGER);
    ledger.archive();
    assertInstanceOf(TaskProtocol.LeaseDone.class, ledger.tell(complete));
    assertInstanceOf(TaskProtocol.LeaseDone.class, ledger.unchanged(complete), "as before");
  }

  private static void complete(LedgerFixture ledger, Lease lease, int bytes) {
    assertInstanceOf(
        TaskProtocol.LeaseDone.class,
        ledger.tell(new Complete(lease.taskId(), lease.leaseToken(), new byte[bytes])));
  }

  @Test
  void when_progress_has_no_room_then_the_lease_is_extended_and_what_is_known_stays() {
    LedgerFixture ledger = new LedgerFixture(Given.ledger(100, 10_000, 100));
    Lease lease = ledger.start(ledger.submit(Given.task()));
    progress(ledger, lease, 4_000);
    progress(ledger, lease, 3_000);
    long bytes = ledger.state.bytes();
    TaskView before = ledger.view(lease.taskId());
    progress(ledger, lease, 9_500);
    assertEquals(bytes, ledger.state.bytes());
    assertEquals(3_000, Objects.requireNonNull(ledger.view(lease.taskId()).progress()).length);
    assertEquals(before.leaseExpiresAt() + 1_000, ledger.view(lease.taskId()).leaseExpiresAt());
  }

  private static void progress(LedgerFixture ledger, Lease lease, int bytes) {
    ledger.now += 1_000;
    assertEquals(
        new TaskProtocol.LeaseDone(lease.taskId(), ledger.now + Given.LEASE),
        ledger.tell(
            new TaskProtocol.Extend(lease.taskId(), lease.leaseToken(), 0, new byte[bytes])));
  }

  @Test
  void when_keys_hold_most_bytes_then_there_is_room_when_the_oldest_expire() {
    LedgerFixture ledger = new LedgerFixture(Given.ledger(100, 50_000, 0));
    int keys = 0;
    while (ledger.tell(new TaskProtocol.Submit("t" + keys, Given.keyed("key" + keys)))
        instanceof TaskProtocol.Accepted) {
      ledger.cancel("t" + keys++);
      ledger.archive();
      ledger.pass(1_000);
    }
    assertEquals(ledger.state.bytes(), ledger.state.keyBytes());
    assertEquals(60_000, refused(ledger), "it is long until the first expires");

    ledger.now = Given.NOW + Given.KEY_RETENTION - 5_500;
    long each = LedgerState.keyWeight("key0");
    long lacking = ledger.state.bytes() + Given.keyed("later").weight() + each + 1 - 50_000;
    long more = (lacking - 1) / each;
    long wait = refused(ledger);
    assertEquals(6_000 + more * 1_000, wait);
    ledger.pass(wait);
    assertInstanceOf(
        TaskProtocol.Accepted.class,
        ledger.tell(new TaskProtocol.Submit("later", Given.keyed("later"))));
  }

  @Test
  void when_only_keys_are_left_then_that_time_does_not_count_as_load() {
    LedgerFixture ledger = new LedgerFixture(Given.ledger(100, 1_000_000, 0));
    leaveAfterASecond(ledger, ledger.submit(Given.keyed("key")));
    ledger.pass(Given.KEY_RETENTION / 2);
    assertTrue(ledger.state.keyBytes() > 0);
    assertEquals(ledger.state.keyBytes(), ledger.state.bytes());
    leaveAfterASecond(ledger, ledger.submit(Given.task()));
    leaveAfterASecond(ledger, ledger.submit(Given.task()));
    assertEquals(10_000, (double) roomForTen(ledger), 1_000);
  }

  @Test
  void when_keys_expire_then_that_does_not_count_as_fast() {
    LedgerFixture ledger = new LedgerFixture(Given.ledger(100, 1_000_000, 0));
    List<String> keyed = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      keyed.add(ledger.submit(Given.keyed("key" + i)));
    }
    keyed.forEach(taskId -> leaveAfterASecond(ledger, taskId));
    ledger.pass(Given.NOW + Given.KEY_RETENTION - ledger.now - 1_500);
    assertTrue(ledger.state.keyBytes() > 0);
    for (int i = 0; i < 3; i++) {
      leaveAfterASecond(ledger, ledger.submit(Given.task()));
    }
    assertEquals(0, ledger.state.keyBytes());
    assertEquals(10_000, (double) roomForTen(ledger), 1_000);
  }

  @Test
  void when_a_snapshot_brought_what_ends_then_the_time_it_takes_counts() {
    LedgerFixture before = new LedgerFixture();
    for (int i = 0; i < 20; i++) {
      before.submit(Given.task());
    }
    LedgerState reread = Blobs.reread(before.state);
    long at = before.now + 3_600_000;
    reread.apply(new LedgerEvent.Opened(2, at));
    long each = 0;
    for (int i = 1; i <= 10; i++) {
      reread.apply(new LedgerEvent.Canceled("task-%04d".formatted(i), at + i * 2_000L));
      each = reread.endedBytes();
      reread.apply(new LedgerEvent.Archived(1, at + i * 2_000L));
    }
    long now = at + 20_000;
    assertEquals(10_000, (double) reread.roomForTaskMillis(reread.live() - 4, now), 1_000);
    long wait = reread.roomForBytesMillis(5 * each, reread.bytes(), now);
    assertEquals(10_000, (double) wait, 1_000, "5 of them, one in 2 s");
  }

  private static void leaveAfterASecond(LedgerFixture ledger, String taskId) {
    ledger.pass(1_000);
    ledger.cancel(taskId);
    ledger.archive();
  }

  /** When ten like the one that now comes and leaves would have left. */
  private static long roomForTen(LedgerFixture ledger) {
    ledger.cancel(ledger.submit(Given.task()));
    long ten = 10 * ledger.state.endedBytes();
    ledger.archive();
    return ledger.state.roomForBytesMillis(ten, ledger.state.bytes(), ledger.now);
  }

  private static long refused(LedgerFixture ledger) {
    var submit = new TaskProtocol.Submit("later", Given.keyed("later"));
    return assertInstanceOf(TaskProtocol.LedgerFull.class, ledger.unchanged(submit))
        .retryAfterMillis();
  }
}

package io.longshore.coordinator;

import io.longshore.agents.Lease;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.MailboxSettings;
import io.longshore.agents.Route;
import io.longshore.agents.SimulatedMailbox;
import io.longshore.agents.TaskRef;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.agents.WorkSource.Urgency;
import io.longshore.registry.AgentRecord;
import java.util.Arrays;
import java.util.List;

/**
 * An agent of a simulated fleet: its mailbox, which decides with the code that a node runs, and a
 * worker as workers are: whenever it has a free hand it asks for work and waits for it. The way
 * between the two may take time, but loses nothing, because a worker asks again.
 */
final class FleetAgent implements SimulatedMailbox.Outside {
  private static final long ACQUIRE_WAIT = 20_000;
  private static final int NONE = -1;

  private final FleetSimulation fleet;
  private final int index;
  private final AgentRecord record;
  private final SimulatedMailbox mailbox;
  private final double factor;

  /** What each hand works on. */
  private final int[] working;

  private final int[] attempts;
  private final long[] since;
  private long tickAt;
  private boolean dead;
  private int life;
  private long slowUntil;
  private boolean asking;
  private int lastAcquirer;
  private int firstAcquirer = 1;

  /**
   * An agent that has not asked for work yet.
   *
   * @param factor how many times longer than others it takes
   */
  FleetAgent(
      FleetSimulation fleet,
      int index,
      AgentRecord record,
      MailboxSettings settings,
      double factor) {
    this.fleet = fleet;
    this.index = index;
    this.record = record;
    this.factor = factor;
    int concurrency = record.spec().concurrency();
    working = new int[concurrency];
    Arrays.fill(working, NONE);
    attempts = new int[concurrency];
    since = new long[concurrency];
    mailbox = new SimulatedMailbox(record, settings, this, fleet.time().now());
  }

  int index() {
    return index;
  }

  String agentId() {
    return record.agentId();
  }

  AgentRecord record() {
    return record;
  }

  // What the mailbox is told.

  void assign(List<TaskRef> refs) {
    mailbox.assign(refs, now());
    watch();
  }

  void takeBack(Route route, List<String> taskIds) {
    mailbox.takeBack(route, taskIds, now());
    watch();
  }

  void startAnswered(TaskRef ref, long acquirer, StartReply reply) {
    mailbox.startAnswered(ref, acquirer, reply, now());
    watch();
  }

  void ended(EndedLease lease) {
    mailbox.ended(lease, now());
    watch();
  }

  void extended(ExtendedLease lease) {
    mailbox.extended(lease, now());
    watch();
  }

  /** Like the actor: one timer, set anew when something is due before it. */
  private void watch() {
    long next = mailbox.nextDue(now());
    if (tickAt <= now() || next < tickAt) {
      tickAt = next;
      fleet.time().after(next - now(), () -> tick(next));
    }
  }

  private void tick(long due) {
    if (due == tickAt) {
      mailbox.tick(now());
      watch();
    }
  }

  // What the mailbox does.

  @Override
  public void start(TaskRef ref, long acquirer) {
    fleet.send(() -> fleet.ledger().start(ref, this, acquirer));
  }

  @Override
  public void acquired(long acquirer, List<Lease> leases) {
    fleet.later(() -> received(acquirer, leases));
  }

  @Override
  public void report(Route route, MailboxReport report, Urgency urgency) {
    Room room = report.room();
    fleet.seen(report, room.queued() + Math.max(room.running(), busy()) > mailbox.capacity());
    fleet.toCoordinators().report(route, report, urgency);
  }

  // What the worker does.

  /** Asks for as much work as it has free hands, unless it waits for some already. */
  void ask() {
    int max = working.length - busy();
    if (!dead && !asking && max > 0) {
      asking = true;
      int number = ++lastAcquirer;
      fleet.later(
          () -> {
            mailbox.acquire(number, max, now() + ACQUIRE_WAIT, now());
            watch();
          });
    }
  }

  private void received(long acquirer, List<Lease> leases) {
    boolean lost = dead || acquirer < firstAcquirer;
    for (Lease lease : leases) {
      int task = FleetLedger.task(lease.taskId());
      if (lost) {
        fleet.ledger().orphaned(task, lease.attempt());
      } else {
        begin(task, lease.attempt());
      }
    }
    if (!lost) {
      asking = false;
      ask();
    }
  }

  private void begin(int task, int attempt) {
    int hand = freeHand();
    working[hand] = task;
    attempts[hand] = attempt;
    since[hand] = now();
    double slow = now() < slowUntil ? fleet.settings().faults().slowBy() : 1;
    long millis = Math.max(1, Math.round(fleet.ledger().serviceMillis(task) * factor * slow));
    int itsLife = life;
    fleet.time().after(millis, () -> finish(hand, itsLife));
    extendLater(hand, itsLife, now() + millis);
  }

  private int freeHand() {
    for (int hand = 0; hand < working.length; hand++) {
      if (working[hand] == NONE) {
        return hand;
      }
    }
    throw new IllegalStateException("Agent " + index + " was leased more than it asked for");
  }

  /** Halfway through each term, as long as the work goes on. */
  private void extendLater(int hand, int itsLife, long until) {
    long half = fleet.settings().leaseMillis() / 2;
    if (now() + half < until) {
      fleet.time().after(half, () -> extend(hand, itsLife, until));
    }
  }

  private void extend(int hand, int itsLife, long until) {
    if (itsLife == life) {
      int task = working[hand];
      int attempt = attempts[hand];
      fleet.later(() -> fleet.ledger().extend(task, attempt, this));
      extendLater(hand, itsLife, until);
    }
  }

  private void finish(int hand, int itsLife) {
    if (itsLife == life) {
      int task = working[hand];
      int attempt = drop(hand);
      fleet.later(() -> fleet.ledger().complete(task, attempt, this));
      ask();
    }
  }

  /** The hand is free; what it worked counts as work. Returns the attempt it was. */
  private int drop(int hand) {
    fleet.worked(since[hand], now());
    working[hand] = NONE;
    return attempts[hand];
  }

  /** The worker is gone, and with it what it works on and whatever its last acquire still gets. */
  void die() {
    dead = true;
    life++;
    firstAcquirer = lastAcquirer + 1;
    for (int hand = 0; hand < working.length; hand++) {
      int task = working[hand];
      if (task != NONE) {
        fleet.ledger().orphaned(task, drop(hand));
      }
    }
  }

  /** The worker is back. */
  void comeBack() {
    dead = false;
    asking = false;
    ask();
  }

  /** What it begins until then takes longer. */
  void slowUntil(long then) {
    slowUntil = then;
  }

  private int busy() {
    int busy = 0;
    for (int task : working) {
      busy += task == NONE ? 0 : 1;
    }
    return busy;
  }

  private long now() {
    return fleet.time().now();
  }
}

package io.longshore.coordinator;

import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.Route;
import io.longshore.coordinator.CoordinatorProtocol.Mark;
import io.longshore.coordinator.LedgerEvent.TaskEvent;
import io.longshore.persistence.Archive;
import io.longshore.persistence.Partition;
import io.longshore.persistence.PartitionMessage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A partition of the ledger: the authority on its tasks. After each commit it tells coordinators
 * what waits and what does not, mailboxes which leases are over, and whoever waits for a task.
 */
final class TaskLedger extends Partition<LedgerState, TaskProtocol.Command<?>, LedgerEvent> {

  /** The name of the partitions in the cluster and in the journal. Never changes. */
  static final String TYPE_NAME = "ledger";

  /** Most tasks in one message: with all the labels they may have they must fit a frame. */
  private static final int MAX_OFFERED = 128;

  /** Whom a ledger tells what has been committed; each may be lost and is healed by time. */
  interface Listeners {
    /** To a route's coordinator. */
    void offer(Route route, CoordinatorProtocol.Offer offer);

    /** To a route's coordinator, which need not know at once. */
    void settled(Route route, CoordinatorProtocol.Settled settled);

    /** To an agent's mailbox. */
    void ended(String agentId, List<EndedLease> leases);

    /** To an agent's mailbox. */
    void extended(String agentId, List<ExtendedLease> leases);
  }

  private final Listeners listeners;
  private final Offers offers;
  private final Waiters waiters;
  private final Archiving archiving;
  private final Map<Route, CoordinatorProtocol.Settled> settled = new LinkedHashMap<>();
  private final EndedLeases ended = new EndedLeases();
  private final Map<String, List<ExtendedLease>> extended = new HashMap<>();
  private final Set<String> changed = new LinkedHashSet<>();

  private TaskLedger(
      int partition,
      CoordinatorSettings settings,
      Clock clock,
      Listeners listeners,
      Archive archive,
      ActorContext<PartitionMessage> context,
      TimerScheduler<PartitionMessage> timers) {
    super(
        new LedgerLogic(settings.ledger()),
        TYPE_NAME,
        partition,
        settings.partitions(),
        clock,
        context,
        timers);
    this.listeners = listeners;
    LedgerSettings ledger = settings.ledger();
    offers =
        new Offers(
            ledger.offerWindow(),
            ledger.reofferAfter().toMillis(),
            settings.assignment().ageing().toMillis());
    waiters = new Waiters(ledger.maxWaiters());
    archiving = new Archiving(partition, ledger, archive, context);
  }

  static Behavior<PartitionMessage> create(
      int partition,
      CoordinatorSettings settings,
      Clock clock,
      Listeners listeners,
      Archive archive) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new TaskLedger(
                        partition, settings, clock, listeners, archive, context, timers)));
  }

  @Override
  protected void recovered(LedgerState state) {
    long now = now();
    for (Task task : state.all()) {
      if (task.state == TaskState.SUBMITTED) {
        waits(task, task.updatedAt);
      }
      // Perhaps the one before this committed it and could not tell any more.
      if (task.state != TaskState.WORKING) {
        ended.add(task);
      }
    }
    ended.tell(listeners::ended);
    archiving.recovered(state, now);
    tellWaiting(state, now);
  }

  @Override
  protected void evolved(LedgerState state, LedgerEvent event) {
    if (!(event instanceof TaskEvent about)) {
      return;
    }
    if (!waiters.isEmpty()) {
      changed.add(about.taskId());
    }
    Task task = state.find(about.taskId());
    if (task == null) {
      return;
    }
    if (event instanceof LedgerEvent.Extended longer) {
      leaseLonger(task, longer);
    } else if (event instanceof LedgerEvent.Submitted || event instanceof LedgerEvent.Resumed) {
      waits(task, about.at());
    } else if (event instanceof LedgerEvent.Started) {
      waitsNoMore(task);
    } else if (!(event instanceof LedgerEvent.CancelRequested)) {
      ended.add(task);
      setBack(task, event);
      if (task.state == TaskState.SUBMITTED) {
        waits(task, about.at());
      } else {
        waitsNoMore(task);
      }
      if (task.state.terminal()) {
        archiving.ended(task);
      }
    }
  }

  private void waits(Task task, long now) {
    offers.waiting(task.spec.route(), task.spec.priority(), task.taskId, task.retryAt, now);
  }

  private void waitsNoMore(Task task) {
    if (offers.settled(task.spec.route(), task.spec.priority(), task.taskId, task.retryAt)) {
      settled(task).taskIds().add(task.taskId);
    }
  }

  private CoordinatorProtocol.Settled settled(Task task) {
    return settled.computeIfAbsent(
        task.spec.route(),
        route -> new CoordinatorProtocol.Settled(new ArrayList<>(), new ArrayList<>()));
  }

  private void setBack(Task task, LedgerEvent event) {
    Mark mark = LeaseLogic.setback(event);
    String agentId = task.agentId;
    if (mark != null && agentId != null) {
      settled(task).setbacks().add(new CoordinatorProtocol.Setback(agentId, mark));
    }
  }

  private void leaseLonger(Task task, LedgerEvent.Extended event) {
    String agentId = task.agentId;
    String token = task.leaseToken;
    if (agentId != null && token != null) {
      extended
          .computeIfAbsent(agentId, id -> new ArrayList<>())
          .add(new ExtendedLease(task.taskId, token, event.expiresAt()));
    }
  }

  @Override
  protected void committed(LedgerState state, List<LedgerEvent> events) {
    settled.forEach(listeners::settled);
    settled.clear();
    extended.forEach(listeners::extended);
    extended.clear();
    ended.tell(listeners::ended);
    changed.forEach(taskId -> waiters.changed(taskId, state));
    changed.clear();
    tellWaiting(state, now());
    archiving.next(state, now());
  }

  @Override
  protected List<LedgerEvent> own(LedgerState state, PartitionMessage.Own outcome) {
    return archiving.done(outcome, now());
  }

  @Override
  protected void ticked(LedgerState state, long now) {
    waiters.tick(state, now);
    tellWaiting(state, now);
    archiving.next(state, now);
    archiving.purge(now);
  }

  private void tellWaiting(LedgerState state, long now) {
    offers
        .next(now)
        .forEach(
            (route, ids) -> {
              List<CoordinatorProtocol.Offered> tasks = new ArrayList<>(ids.size());
              for (String taskId : ids) {
                Task task = state.find(taskId);
                if (task != null && task.state == TaskState.SUBMITTED) {
                  tasks.add(task.offered());
                }
              }
              for (int from = 0; from < tasks.size(); from += MAX_OFFERED) {
                int to = Math.min(from + MAX_OFFERED, tasks.size());
                listeners.offer(
                    route,
                    new CoordinatorProtocol.Offer(
                        List.copyOf(tasks.subList(from, to)),
                        partition,
                        offers.behind(route.withoutRange())));
              }
            });
  }

  private void park(LedgerState state, TaskProtocol.Park park, long now) {
    for (String taskId : park.taskIds()) {
      Task task = state.find(taskId);
      if (task != null) {
        offers.park(task.spec.route(), task.spec.priority(), taskId, now + park.forMillis());
      }
    }
    tellWaiting(state, now);
  }

  @Override
  protected void soft(LedgerState state, PartitionMessage message) {
    if (message instanceof TaskProtocol.Await await) {
      waiters.add(await, state, now());
    } else if (message instanceof TaskProtocol.Reoffer reoffer) {
      offers.forget(reoffer.route(), now());
      tellWaiting(state, now());
    } else if (message instanceof TaskProtocol.Park park) {
      park(state, park, now());
    } else if (message instanceof TaskProtocol.Unpark unpark) {
      offers.unpark(unpark.route(), now());
      tellWaiting(state, now());
    } else if (message instanceof TaskProtocol.Noted noted) {
      noted.notes().forEach(note -> state.note(note.taskId(), note.decision()));
    }
  }
}

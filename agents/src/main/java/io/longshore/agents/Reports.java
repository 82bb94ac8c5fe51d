package io.longshore.agents;

import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.agents.WorkSource.Urgency;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a mailbox owes its coordinators: what was refused or given back at once, what was taken and
 * its room when that has changed, and a sign of life. However much one message causes, a route gets
 * one report of it.
 *
 * <p>A coordinator knows the room as it was last told, less what it has given since. As long as
 * that is no more than twice and no less than half of what there is, news of it can wait for those
 * of other mailboxes.
 */
final class Reports {
  /**
   * A mailbox without tasks forgets routes that enlisted it after so many intervals without news.
   */
  private static final int KEPT_INTERVALS = 30;

  private final String agentId;
  private final long incarnation;
  private final long interval;
  private final int maxEnlisted;
  private final Set<Route> capabilities = new LinkedHashSet<>();

  /** When each last had news, those first that enlisted first. */
  private final Map<Route, Long> enlisted = new LinkedHashMap<>();

  private final Map<Route, Draft> drafts = new LinkedHashMap<>();
  private final Map<Route, Told> told = new HashMap<>();

  /** A report and the route whose coordinator it is for. */
  record Addressed(Route route, MailboxReport report, Urgency urgency) {}

  /** What a coordinator was last told, and what it takes the room for by now. */
  private static final class Told {
    private Status status = Status.OFFLINE;
    private int free;
    private long at;
    private int believed;

    /** What it will take it for once it has what waits; since when that waits, or 0. */
    private int toBelieve;

    private long waitsSince;

    void took(int accepted, long now) {
      believed -= accepted;
      toBelieve -= accepted;
      if (waitsSince != 0 && now - waitsSince >= Urgency.SOON.patience().toMillis()) {
        believed = toBelieve;
        waitsSince = 0;
      }
    }

    boolean isFarFrom(Room room) {
      int known = Math.max(0, believed);
      return status != room.status() || room.free() > 2 * known || known > 2 * room.free();
    }

    void tell(Room room, Urgency urgency, long now) {
      status = room.status();
      free = room.free();
      at = now;
      toBelieve = free;
      if (urgency == Urgency.NOW) {
        believed = free;
        waitsSince = 0;
      } else if (waitsSince == 0) {
        waitsSince = now;
      }
    }
  }

  private static final class Draft {
    private final List<String> accepted = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();
    private final List<String> returned = new ArrayList<>();

    /** The coordinator waits for an answer. */
    private boolean asked;

    Urgency urgency(boolean far, boolean changed) {
      if (far || asked || !refused.isEmpty() || !returned.isEmpty()) {
        return Urgency.NOW;
      }
      return changed || !accepted.isEmpty() ? Urgency.SOON : Urgency.SIGN;
    }
  }

  Reports(String agentId, long incarnation, MailboxSettings settings) {
    this.agentId = agentId;
    this.incarnation = incarnation;
    this.interval = settings.reportInterval().toMillis();
    this.maxEnlisted = settings.maxEnlisted();
  }

  /** From now on these capabilities' coordinators hear of every change. */
  void follow(Set<String> names) {
    capabilities.clear();
    names.forEach(name -> capabilities.add(Route.capability(name)));
    forgetOthers();
  }

  /**
   * From now on this route's coordinator hears of every change too, beginning now: as long as there
   * is something to do, and for a while longer.
   */
  void enlist(Route route) {
    owe(route);
    enlisted.putIfAbsent(route.withoutRange(), 0L);
    if (enlisted.size() > maxEnlisted) {
      Iterator<Route> oldest = enlisted.keySet().iterator();
      oldest.next();
      oldest.remove();
      forgetOthers();
    }
  }

  /** A report to this route, now, even with no news in it. */
  void owe(Route route) {
    draft(route).asked = true;
  }

  void accepted(TaskRef ref) {
    draft(ref.route()).accepted.add(ref.taskId());
  }

  void refused(TaskRef ref, Refusal refusal) {
    draft(ref.route()).refused.add(refusal);
  }

  void returned(TaskRef ref) {
    draft(ref.route()).returned.add(ref.taskId());
  }

  /**
   * The reports due now.
   *
   * @param alive whether to send signs of life
   * @param empty whether there is no task here
   */
  List<Addressed> take(Room room, boolean alive, boolean empty, long now) {
    if (!enlisted.isEmpty()) {
      drafts.keySet().forEach(route -> enlisted.replace(route, now));
      if (empty && enlisted.values().removeIf(at -> now - at >= KEPT_INTERVALS * interval)) {
        forgetOthers();
      }
    }
    Map<Route, Urgency> urgencies = new HashMap<>();
    for (Route route : routes()) {
      Told last = told.get(route);
      Draft draft = drafts.get(route);
      if (last != null) {
        last.took(draft == null ? 0 : draft.accepted.size(), now);
      }
      boolean far = last == null ? room.status() == Status.ONLINE : last.isFarFrom(room);
      boolean changed = last != null && last.free != room.free();
      boolean due = last != null && now - last.at >= interval;
      if (far || changed || (alive && due)) {
        draft = draft(route);
      }
      if (draft != null) {
        urgencies.put(route, draft.urgency(far, changed));
      }
    }
    List<Addressed> due = new ArrayList<>(drafts.size());
    drafts.forEach(
        (route, draft) -> {
          Urgency urgency = urgencies.getOrDefault(route, Urgency.NOW);
          due.add(new Addressed(route, report(draft, room), urgency));
          if (isFollowed(route)) {
            told.computeIfAbsent(route, to -> new Told()).tell(room, urgency, now);
          }
        });
    drafts.clear();
    return due;
  }

  /** When the next sign of life is due, epoch milliseconds. */
  long nextSign(long now) {
    return told.values().stream().mapToLong(last -> last.at).min().orElse(now) + interval;
  }

  private MailboxReport report(Draft draft, Room room) {
    return new MailboxReport(
        agentId, incarnation, room, draft.accepted, draft.refused, draft.returned);
  }

  private Draft draft(Route route) {
    return drafts.computeIfAbsent(route.withoutRange(), r -> new Draft());
  }

  private Set<Route> routes() {
    Set<Route> all = new HashSet<>(capabilities);
    all.addAll(enlisted.keySet());
    return all;
  }

  private boolean isFollowed(Route route) {
    return capabilities.contains(route) || enlisted.containsKey(route);
  }

  private void forgetOthers() {
    told.keySet().removeIf(route -> !isFollowed(route));
  }
}

package io.longshore.agents;

import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
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
 * What a mailbox owes its coordinators: news of single tasks at once, its room when that has
 * changed, and a sign of life. However much one message causes, a route gets one report of it.
 */
final class Reports {
  /**
   * A mailbox without tasks forgets routes that enlisted it after so many intervals without news.
   */
  private static final int KEPT_INTERVALS = 30;

  /** How long little new room may wait for more of it, in milliseconds. */
  static final long GATHERING = 100;

  private final String agentId;
  private final long incarnation;
  private final long interval;
  private final int maxEnlisted;
  private final Set<Route> capabilities = new LinkedHashSet<>();

  /** When each last had news, those first that enlisted first. */
  private final Map<Route, Long> enlisted = new LinkedHashMap<>();

  private final Map<Route, Draft> drafts = new LinkedHashMap<>();
  private final Map<Route, Sent> sent = new HashMap<>();

  /** Since when there is new room that was not worth a report; 0 if there is none. */
  private long gatheringSince;

  /** A report and the route whose coordinator it is for. */
  record Addressed(Route route, MailboxReport report) {}

  private record Sent(Status status, int free, long at) {
    boolean differs(Room room) {
      return status != room.status() || free != room.free();
    }

    /** Whether there is only a little more room than was said. */
    boolean isLittle(Room room, int worthwhile) {
      return status == room.status() && room.free() > free && room.free() < worthwhile;
    }
  }

  private record Draft(List<String> accepted, List<Refusal> refused, List<String> returned) {
    Draft() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
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
    enlisted.putIfAbsent(route, 0L);
    if (enlisted.size() > maxEnlisted) {
      Iterator<Route> oldest = enlisted.keySet().iterator();
      oldest.next();
      oldest.remove();
      forgetOthers();
    }
  }

  /** A report to this route, even with no news in it. */
  void owe(Route route) {
    draft(route);
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
   * The reports due now. Little new room is held back for a moment: the room of many leases that
   * end together then goes to tasks that come together, which share commits for as long as they
   * live. Told of one by one, each place would be given to whatever came next anywhere.
   *
   * @param worthwhile so much room is told of at once
   * @param alive whether to send signs of life
   * @param empty whether there is no task here
   */
  List<Addressed> take(Room room, int worthwhile, boolean alive, boolean empty, long now) {
    if (!enlisted.isEmpty()) {
      drafts.keySet().forEach(route -> enlisted.replace(route, now));
      if (empty && enlisted.values().removeIf(at -> now - at >= KEPT_INTERVALS * interval)) {
        forgetOthers();
      }
    }
    boolean gathered = gatheringSince > 0 && hasPassed(GATHERING, gatheringSince, now);
    boolean gathering = false;
    for (Route route : routes()) {
      Sent last = sent.get(route);
      boolean changed = last == null ? room.status() == Status.ONLINE : last.differs(room);
      boolean waits = last != null && last.isLittle(room, worthwhile) && !gathered;
      boolean due = last != null && hasPassed(interval, last.at, now);
      if ((changed && !waits) || (alive && due)) {
        owe(route);
      } else {
        gathering |= changed;
      }
    }
    if (!gathering) {
      gatheringSince = 0;
    } else if (gatheringSince == 0) {
      gatheringSince = now;
    }
    List<Addressed> due = new ArrayList<>(drafts.size());
    drafts.forEach((route, draft) -> due.add(new Addressed(route, report(draft, room))));
    for (Route route : drafts.keySet()) {
      if (isFollowed(route)) {
        sent.put(route, new Sent(room.status(), room.free(), now));
      }
    }
    drafts.clear();
    return due;
  }

  /** If the clock was set back, what was then is in what is to come. */
  private static boolean hasPassed(long millis, long since, long now) {
    return now - since >= millis || now < since;
  }

  /** When the next sign of life is due, or room that was held back, epoch milliseconds. */
  long nextSign(long now) {
    long sign = sent.values().stream().mapToLong(Sent::at).min().orElse(now) + interval;
    return gatheringSince > 0 ? Math.min(sign, gatheringSince + GATHERING) : sign;
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
    sent.keySet().removeIf(route -> !isFollowed(route));
  }
}

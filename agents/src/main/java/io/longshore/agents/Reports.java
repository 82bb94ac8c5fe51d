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

  private final String agentId;
  private final long incarnation;
  private final long interval;
  private final int maxEnlisted;
  private final Set<Route> capabilities = new LinkedHashSet<>();

  /** When each last had news, those first that enlisted first. */
  private final Map<Route, Long> enlisted = new LinkedHashMap<>();

  private final Map<Route, Draft> drafts = new LinkedHashMap<>();
  private final Map<Route, Sent> sent = new HashMap<>();

  /**
   * A report and the route whose coordinator it is for.
   *
   * @param news whether it tells anything that the coordinator has not been told
   */
  record Addressed(Route route, MailboxReport report, boolean news) {}

  private record Sent(Status status, int free, long at) {}

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
    Set<Route> news = new HashSet<>(drafts.keySet());
    for (Route route : routes()) {
      Sent last = sent.get(route);
      boolean changed =
          last == null
              ? room.status() == Status.ONLINE
              : last.status != room.status() || last.free != room.free();
      boolean due = last != null && now - last.at >= interval;
      if (changed) {
        news.add(route.withoutRange());
      }
      if (changed || (alive && due)) {
        owe(route);
      }
    }
    List<Addressed> due = new ArrayList<>(drafts.size());
    drafts.forEach(
        (route, draft) -> due.add(new Addressed(route, report(draft, room), news.contains(route))));
    for (Route route : drafts.keySet()) {
      if (isFollowed(route)) {
        sent.put(route, new Sent(room.status(), room.free(), now));
      }
    }
    drafts.clear();
    return due;
  }

  /** When the next sign of life is due, epoch milliseconds. */
  long nextSign(long now) {
    return sent.values().stream().mapToLong(Sent::at).min().orElse(now) + interval;
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

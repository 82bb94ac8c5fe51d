package io.longshore.coordinator;

import io.longshore.coordinator.CoordinatorProtocol.Mark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a coordinator finds of the agents of its capability: how many there should be, and which are
 * doing badly. Agents to add or remove are {@code desiredAgents - onlineAgents}.
 *
 * <p>By Little's law, as many tasks run on average as come in a second times the seconds that each
 * takes. Those that wait count as coming within the time they should be done in. That many slots,
 * divided by the share of them that should be busy and by the slots of an agent, are the agents.
 *
 * @param capability which
 * @param observedAt when, epoch milliseconds
 * @param desiredAgents how many there should be
 * @param onlineAgents how many take work
 * @param arrivalsPerSecond how many tasks come, lately
 * @param serviceSeconds how long one takes, of all slots together
 * @param serviceMeasured false if no agent has shown it yet and it is assumed
 * @param concurrencyPerAgent how many run at once, on average; 1 if nobody is online
 * @param waiting how many have no agent yet
 * @param targetUtilization the share of slots that should be busy
 * @param drainSeconds in what time those that wait should be done
 * @param shunned agents that are given less than others, the worst first
 */
public record Recommendation(
    String capability,
    long observedAt,
    int desiredAgents,
    int onlineAgents,
    double arrivalsPerSecond,
    double serviceSeconds,
    boolean serviceMeasured,
    double concurrencyPerAgent,
    long waiting,
    double targetUtilization,
    double drainSeconds,
    List<Shunned> shunned) {

  private static final int MAX_SHUNNED = 10;

  /** Marks that are nearly forgotten are of no use to anybody. */
  private static final double LITTLE = 0.05;

  /** Fewer than so many in a second are as good as none: an average never quite forgets. */
  private static final double RARE = 0.001;

  /**
   * An agent that is given less because of what it did lately. Each count is halved as time passes.
   *
   * @param agentId which
   * @param weight by what its estimated times are multiplied
   * @param refusals how many tasks it refused: it sheds load
   * @param lostLeases how many of its leases ran out
   * @param failures how many tasks it failed
   */
  public record Shunned(
      String agentId, double weight, double refusals, double lostLeases, double failures) {}

  /** What is to be said of these agents. */
  static Recommendation of(
      String capability,
      Candidates candidates,
      double arrivalsPerSecond,
      long waiting,
      RecommendationSettings wanted,
      long now) {
    int online = 0;
    long slots = 0;
    double perSecond = 0;
    boolean measured = false;
    for (Candidate candidate : candidates.soonestAmong(Demand.NONE)) {
      long millis = candidate.serviceMillis(candidates.assumedMillis(), now);
      online++;
      slots += candidate.concurrency();
      perSecond += candidate.concurrency() * 1_000.0 / millis;
      measured |= candidate.room.serviceMillis() > 0;
    }
    double service = online == 0 ? candidates.assumedMillis() / 1_000.0 : slots / perSecond;
    double concurrency = online == 0 ? 1 : slots / (double) online;
    double arrivals = arrivalsPerSecond < RARE ? 0 : arrivalsPerSecond;
    double drain = wanted.drainWithin().toMillis() / 1_000.0;
    return new Recommendation(
        capability,
        now,
        desired(arrivals + waiting / drain, service, concurrency, wanted.targetUtilization()),
        online,
        arrivals,
        service,
        measured,
        concurrency,
        waiting,
        wanted.targetUtilization(),
        drain,
        shunned(candidates, now));
  }

  /** How many agents do so many tasks in a second, being busy for this share of the time. */
  static int desired(
      double perSecond, double serviceSeconds, double concurrency, double utilization) {
    return (int) Math.ceil(perSecond * serviceSeconds / (concurrency * utilization) - 1e-9);
  }

  private static List<Shunned> shunned(Candidates candidates, long now) {
    List<Shunned> all = new ArrayList<>();
    for (Candidate candidate : candidates.all()) {
      Standing standing = candidate.standing;
      if (standing != null && standing.penalty(now) >= LITTLE) {
        all.add(
            new Shunned(
                candidate.agent.agentId(),
                1 + standing.penalty(now),
                standing.lately(Mark.REFUSAL, now),
                standing.lately(Mark.LOST_LEASE, now),
                standing.lately(Mark.FAILURE, now)));
      }
    }
    all.sort(Comparator.comparingDouble(Shunned::weight).reversed());
    return List.copyOf(all.subList(0, Math.min(all.size(), MAX_SHUNNED)));
  }
}

package io.longshore.coordinator;

import java.util.List;

/**
 * A fleet of agents and the work that comes to it.
 *
 * @param seed decides all that is left to chance; the same one gives the same fleet and work,
 *     whatever the strategy
 * @param agents how many
 * @param capabilities how many there are; each has a coordinator of its own
 * @param capabilitiesEach how many of them an agent has: with more than one, coordinators compete
 *     for its room
 * @param concurrencies from which each agent has one
 * @param slowShare the share of agents that are slow
 * @param slowFactor so many times longer a task takes on a slow one
 * @param tasks how many in all
 * @param service how long they take
 * @param arrivals when they come
 * @param faults what goes wrong
 * @param latencyMillis of a message from one part to another
 * @param leaseMillis of a task; a living worker extends it
 */
public record FleetSettings(
    long seed,
    int agents,
    int capabilities,
    int capabilitiesEach,
    List<Integer> concurrencies,
    double slowShare,
    double slowFactor,
    int tasks,
    ServiceTimes service,
    Arrivals arrivals,
    Faults faults,
    int latencyMillis,
    int leaseMillis) {
  private static final int MOST_AGENTS = 1_000_000;
  private static final int MOST_TASKS = 100_000_000;
  private static final int MOST_CAPABILITIES = 32_767;

  /**
   * A Poisson process, with bursts of a higher rate if wanted.
   *
   * @param utilization the average rate as a share of what all agents can do
   * @param burstFactor so many times the rate between bursts; 1 for none
   * @param burstEverySeconds from one burst's begin to the next one's
   * @param burstSeconds how long one is
   */
  public record Arrivals(
      double utilization, double burstFactor, int burstEverySeconds, int burstSeconds) {
    public Arrivals {
      check(utilization > 0, "the utilization must be positive");
      check(burstFactor >= 1, "the burst factor must be at least 1");
      check(
          burstSeconds > 0 && burstEverySeconds > burstSeconds,
          "a burst must be shorter than the time to the next one");
    }

    /** How the rate is now, as a multiple of the average. */
    double rateAt(long millis) {
      double burst = burstSeconds / (double) burstEverySeconds;
      double between = 1 / (1 + (burstFactor - 1) * burst);
      boolean inBurst = millis % (burstEverySeconds * 1_000L) < burstSeconds * 1_000L;
      return inBurst ? burstFactor * between : between;
    }
  }

  /**
   * What goes wrong. Times of up and down are exponential.
   *
   * @param upSeconds how long a worker lives on average; 0 for ever. It dies without a word, and
   *     what it works on with it.
   * @param downSeconds until it comes back
   * @param evenSeconds how long an agent goes at its speed on average; 0 for ever
   * @param slowSeconds how long it is slow then
   * @param slowBy so many times longer a task takes that it begins meanwhile
   * @param loss the share of messages between ledger, coordinators and mailboxes that get lost
   */
  public record Faults(
      int upSeconds,
      int downSeconds,
      int evenSeconds,
      int slowSeconds,
      double slowBy,
      double loss) {
    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(0, 1, 0, 1, 1, 0);

    public Faults {
      check(upSeconds >= 0 && evenSeconds >= 0, "times must not be negative");
      check(downSeconds > 0 && slowSeconds > 0, "how long a fault lasts must be positive");
      check(slowBy >= 1, "slow agents take at least as long as others");
      check(loss >= 0 && loss < 1, "the share of lost messages is at least 0 and below 1");
    }
  }

  public FleetSettings {
    concurrencies = List.copyOf(concurrencies);
    check(agents >= 1 && agents <= MOST_AGENTS, "1 to 1,000,000 agents");
    check(tasks >= 1 && tasks <= MOST_TASKS, "1 to 100,000,000 tasks");
    check(
        capabilities >= 1 && capabilities <= MOST_CAPABILITIES && capabilities <= agents,
        "1 to 32,767 capabilities, and no more than agents");
    check(
        capabilitiesEach >= 1 && capabilitiesEach <= capabilities,
        "each agent has at least one capability, and no more than there are");
    check(
        !concurrencies.isEmpty() && concurrencies.stream().allMatch(each -> each >= 1),
        "concurrencies are at least 1");
    check(slowShare >= 0 && slowShare <= 1, "the share of slow agents is between 0 and 1");
    check(slowFactor >= 1, "slow agents take at least as long as others");
    check(latencyMillis >= 0, "the latency must not be negative");
    check(leaseMillis >= 1_000, "a lease lasts 1 s at least");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}

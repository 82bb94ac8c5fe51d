package io.longshore.coordinator;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The strategies that can be configured. */
enum Strategies implements Strategy {
  /**
   * Where it would be done first, the time it would wait there counted two hundred times: in effect
   * where a hand is free, unless its agent is a hundred times slower than one whose are all busy.
   */
  SHORTEST_COMPLETION {
    private static final int WAITING = 200;

    @Override
    public double rank(Candidate candidate, double completionMillis) {
      return completionMillis * (1 + (WAITING - 1) * candidate.waitingShare());
    }
  },

  /** Each in turn, however fast or busy. */
  ROUND_ROBIN {
    @Override
    public double rank(Candidate candidate, double completionMillis) {
      return candidate.turn;
    }
  },

  /** Where fewest tasks are ahead of it for each that runs at once, however long they take. */
  LEAST_LOADED {
    @Override
    public double rank(Candidate candidate, double completionMillis) {
      return candidate.load();
    }
  };

  /** The name in the configuration: {@code shortest-completion}. */
  String configName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The inverse of {@link #configName()}.
   *
   * @throws IllegalArgumentException if there is no such strategy; the message lists them
   */
  static Strategies named(String name) {
    for (Strategies strategy : values()) {
      if (strategy.configName().equals(name)) {
        return strategy;
      }
    }
    throw new IllegalArgumentException(
        "No strategy is called '%s': there are %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(Strategies::configName)
                    .collect(Collectors.joining(", "))));
  }
}

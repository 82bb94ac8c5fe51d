package io.longshore.loadtest;

import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import io.longshore.registry.WantedCapability;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A fleet as it may be: each agent has two of twenty capabilities, each in one of four versions,
 * three labels, a topic, a region and a version: so few capabilities that a search finds as much
 * among a thousand agents as among a million. What an agent has follows from its number, by a hash,
 * so that agents that share one thing do not share the others.
 */
final class BenchAgents {
  private static final int CAPABILITIES = 20;
  private static final int TOPICS = 100;
  private static final int TEAMS = 200;
  private static final int ZONES = 12;
  private static final String[] REGIONS = {"eu-north", "eu-west", "us-east", "us-west"};
  private static final String[] TIERS = {"gold", "silver", "bronze"};
  private static final String[] VERSIONS = {"1.4.0", "2.0.0", "2.1.3", "3.0.1"};

  private BenchAgents() {}

  /** The id of an agent. */
  static String id(int number) {
    return "agent-%07d".formatted(number);
  }

  /** What an agent says of itself. */
  static AgentSpec spec(int number) {
    return new AgentSpec(
        id(number),
        Set.of(
            name(pick(number, 1, CAPABILITIES / 2)) + "@" + VERSIONS[pick(number, 2, 4)],
            name(CAPABILITIES / 2 + pick(number, 3, CAPABILITIES / 2))
                + "@"
                + VERSIONS[pick(number, 4, 4)]),
        labels(number),
        Set.of("topic-" + pick(number, 5, TOPICS)),
        8,
        null,
        "1.0." + pick(number, 6, 20),
        region(number),
        Delivery.PULL);
  }

  /** The labels of an agent. */
  static Map<String, String> labels(int number) {
    return Map.of(
        "tier", tier(number),
        "zone", "zone-" + pick(number, 8, ZONES),
        "team", "team-" + pick(number, 9, TEAMS));
  }

  /** An agent's tier, one of three. */
  static String tier(int number) {
    return TIERS[pick(number, 7, TIERS.length)];
  }

  /** An agent's region, one of four. */
  static String region(int number) {
    return REGIONS[pick(number, 10, REGIONS.length)];
  }

  /** All capabilities there are, in whatever version. */
  static List<WantedCapability> capabilities() {
    return wanted("");
  }

  /** The same in half of their versions. */
  static List<WantedCapability> ranges() {
    return wanted("@^2");
  }

  private static List<WantedCapability> wanted(String range) {
    return IntStream.range(0, CAPABILITIES)
        .mapToObj(number -> WantedCapability.of(name(number) + range))
        .toList();
  }

  private static String name(int number) {
    return "capability-" + number;
  }

  /** The finalizer of MurmurHash3: equal for equal arguments, else as if at random. */
  private static int pick(int number, int salt, int bound) {
    int hash = number * 31 + salt * 0x9E3779B9;
    hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
    hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
    return Math.floorMod(hash ^ (hash >>> 16), bound);
  }
}

package io.longshore.node;

import io.longshore.gateway.NodeHealth.Member;
import io.longshore.gateway.NodeHealth.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What a person should look at in a cluster. */
final class ClusterWarnings {
  /** Milliseconds; leases are seconds at least. */
  private static final long CLOCK_TOLERANCE = 1_000;

  private ClusterWarnings() {}

  /**
   * Warnings, the most urgent first; none if all is well.
   *
   * @param expected how many members there should be at least
   * @param splitBrain which side of a cut goes on
   * @param clockAhead milliseconds that this node's clock is ahead of the database's, or behind
   */
  static List<String> of(
      List<Member> members,
      List<Partitions> partitions,
      int expected,
      String splitBrain,
      long clockAhead) {
    List<String> warnings = new ArrayList<>();
    List<String> unreachable =
        members.stream().filter(member -> !member.reachable()).map(Member::address).toList();
    if (!unreachable.isEmpty()) {
      warnings.add(
          "This node cannot reach "
              + String.join(", ", unreachable)
              + ". The cluster decides within seconds who goes on.");
    }
    List<Member> up = members.stream().filter(member -> member.status().equals("up")).toList();
    if (up.size() < expected) {
      warnings.add(up.size() + " members are up, and at least " + expected + " are expected.");
    }
    for (Partitions each : partitions) {
      if (each.asleep() > 0) {
        warnings.add(
            "%d of %d partitions of the %s have not answered this node lately."
                .formatted(each.asleep(), each.count(), each.kind()));
      }
    }
    if (up.stream().noneMatch(member -> member.roles().contains("gateway"))) {
      warnings.add("No member has the role gateway: nobody takes requests.");
    }
    long workers = up.stream().filter(member -> member.roles().contains("work")).count();
    if (workers == 0) {
      warnings.add("No member has the role work: nobody keeps tasks.");
    } else if (workers % 2 == 0 && splitBrain.equals(NodeSettings.KEEP_MAJORITY)) {
      warnings.add(evenNumber(workers));
    }
    clock(clockAhead).ifPresent(warnings::add);
    TreeSet<String> versions = new TreeSet<>();
    up.forEach(member -> versions.add(member.version()));
    if (versions.size() > 1) {
      warnings.add(
          "Members run different versions: "
              + String.join(", ", versions)
              + ". That is meant for the time of an upgrade.");
    }
    return warnings;
  }

  /**
   * What is to be done about a clock that is so many milliseconds ahead; nothing if it is little.
   */
  static Optional<String> clock(long ahead) {
    if (Math.abs(ahead) <= CLOCK_TOLERANCE) {
      return Optional.empty();
    }
    return Optional.of(
        "This node's clock is %.1f s %s the database's. Set the clocks of all machines by the same time server: %s"
            .formatted(
                Math.abs(ahead) / 1_000.0,
                ahead > 0 ? "ahead of" : "behind",
                "where a partition moves, leases, deadlines and delays are off by what clocks differ."));
  }

  private static String evenNumber(long workers) {
    return "%d members have the role work and longshore.node.split-brain is keep-majority: %s %s"
        .formatted(
            workers,
            workers == 2
                ? "when the one with the lowest address dies, the other stops too."
                : "when they are cut in halves, only the one with the lowest address goes on.",
            "Run an odd number, or set lease-majority.");
  }
}

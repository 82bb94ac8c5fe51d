package io.longshore.node;

import io.longshore.gateway.NodeHealth.Shards;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/** The cluster as one node sees it. */
final class Membership {
  private static final String WORK = "work";

  /** As the split brain resolver compares them. */
  private static final Comparator<Member> BY_ADDRESS =
      Comparator.<Member, String>comparing(member -> member.address().getHost().orElse(""))
          .thenComparing(member -> member.address().getPort().orElse(0));

  private final Cluster cluster;

  Membership(ActorSystem<?> system) {
    cluster = Cluster.get(system);
  }

  /** How many members are up, and how many of these this node reaches, itself among them. */
  record Up(int all, int reached, boolean lowestReached) {

    /** How many are up and not reached. */
    int unreached() {
      return all - reached;
    }

    /** Whether the other side of a cut would be kept. */
    boolean minority() {
      return reached * 2 < all || (reached * 2 == all && !lowestReached);
    }
  }

  /** Those that are up; of those with the role work if there are any, for they decide. */
  Up up(boolean onlyWork) {
    Set<Member> unreachable = cluster.state().getUnreachable();
    int all = 0;
    int reached = 0;
    Member lowest = null;
    for (Member member : cluster.state().getMembers()) {
      if (member.status().equals(MemberStatus.up()) && (!onlyWork || member.hasRole(WORK))) {
        all++;
        reached += unreachable.contains(member) ? 0 : 1;
        lowest = lowest == null || BY_ADDRESS.compare(member, lowest) < 0 ? member : lowest;
      }
    }
    return new Up(all, reached, lowest == null || !unreachable.contains(lowest));
  }

  /** Whether this node is up. */
  boolean selfIsUp() {
    return cluster.selfMember().status().equals(MemberStatus.up());
  }

  /** This node's status, for people. */
  String selfStatus() {
    return status(cluster.selfMember());
  }

  /** This node's address. */
  String self() {
    return cluster.selfMember().address().hostPort();
  }

  /** Who lets members in and out; null if nobody is known. */
  @Nullable String leader() {
    Address leader = cluster.state().getLeader();
    return leader == null ? null : leader.hostPort();
  }

  /** The oldest that is up and has the role work, where shards are placed from; null if none. */
  @Nullable String oldest() {
    Member oldest = null;
    for (Member member : cluster.state().getMembers()) {
      if (member.status().equals(MemberStatus.up()) && member.hasRole(WORK)) {
        oldest = oldest == null || member.isOlderThan(oldest) ? member : oldest;
      }
    }
    return oldest == null ? null : oldest.address().hostPort();
  }

  /**
   * All members, for the API.
   *
   * @param shards by address
   */
  List<io.longshore.gateway.NodeHealth.Member> members(Map<String, Shards> shards) {
    Set<Member> unreachable = cluster.state().getUnreachable();
    List<io.longshore.gateway.NodeHealth.Member> members = new ArrayList<>();
    for (Member member : cluster.state().getMembers()) {
      String address = member.address().hostPort();
      members.add(
          new io.longshore.gateway.NodeHealth.Member(
              address,
              status(member),
              !unreachable.contains(member),
              member.getRoles().stream()
                  .filter(
                      role -> !role.startsWith("dc-") && !role.startsWith(NodeSettings.REGION_ROLE))
                  .sorted()
                  .toList(),
              member.getRoles().stream()
                  .filter(role -> role.startsWith(NodeSettings.REGION_ROLE))
                  .map(role -> role.substring(NodeSettings.REGION_ROLE.length()))
                  .findFirst()
                  .orElse(""),
              member.appVersion().toString(),
              shards.get(address)));
    }
    return members;
  }

  private static String status(Member member) {
    return member
        .status()
        .toString()
        .replaceAll("([a-z])([A-Z])", "$1-$2")
        .toLowerCase(Locale.ROOT);
  }
}

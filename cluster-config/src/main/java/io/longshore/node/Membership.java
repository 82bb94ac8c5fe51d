package io.longshore.node;

import io.longshore.gateway.NodeHealth.ClusterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** The cluster as one node sees it. */
final class Membership {
  private final Cluster cluster;

  Membership(ActorSystem<?> system) {
    cluster = Cluster.get(system);
  }

  /** How many members are up. */
  int up() {
    int up = 0;
    for (Member member : cluster.state().getMembers()) {
      up += member.status().equals(MemberStatus.up()) ? 1 : 0;
    }
    return up;
  }

  /** Whether this node is up. */
  boolean selfIsUp() {
    return cluster.selfMember().status().equals(MemberStatus.up());
  }

  /** This node's status, for people. */
  String selfStatus() {
    return status(cluster.selfMember());
  }

  /** All members, for the API. */
  ClusterView view(String name) {
    Set<Member> unreachable = cluster.state().getUnreachable();
    List<io.longshore.gateway.NodeHealth.Member> members = new ArrayList<>();
    for (Member member : cluster.state().getMembers()) {
      members.add(
          new io.longshore.gateway.NodeHealth.Member(
              member.address().hostPort(),
              status(member),
              !unreachable.contains(member),
              member.getRoles().stream()
                  .filter(role -> !role.startsWith("dc-"))
                  .sorted()
                  .toList()));
    }
    return new ClusterView(name, cluster.selfMember().address().hostPort(), members);
  }

  private static String status(Member member) {
    return member
        .status()
        .toString()
        .replaceAll("([a-z])([A-Z])", "$1-$2")
        .toLowerCase(Locale.ROOT);
  }
}

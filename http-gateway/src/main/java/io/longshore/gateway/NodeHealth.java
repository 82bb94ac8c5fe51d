package io.longshore.gateway;

import java.util.List;

/**
 * What the gateway asks of the node it runs in. Every call answers at once from what is known, from
 * any thread.
 */
public interface NodeHealth {

  /** Whether the process works at all; if not, it should be restarted. */
  boolean live();

  /** Whether the node can do what it is for. */
  Readiness ready();

  /** The cluster as this node sees it. */
  ClusterView cluster();

  /** All metrics in the text format of Prometheus. */
  String metrics();

  /**
   * Whether a node is ready.
   *
   * @param ready whether requests should be sent to it
   * @param waitingFor what is missing, for people; empty if ready
   */
  record Readiness(boolean ready, List<String> waitingFor) {
    public Readiness {
      waitingFor = List.copyOf(waitingFor);
    }
  }

  /**
   * A cluster.
   *
   * @param name of the cluster
   * @param self the address of the answering node
   * @param members all that are known, in any status
   */
  record ClusterView(String name, String self, List<Member> members) {
    public ClusterView {
      members = List.copyOf(members);
    }
  }

  /**
   * A node of a cluster.
   *
   * @param address that names it in the cluster
   * @param status {@code joining}, {@code weakly-up}, {@code up}, {@code leaving}, {@code exiting},
   *     {@code down} or {@code removed}
   * @param reachable whether the answering node can reach it
   * @param roles that it has
   */
  record Member(String address, String status, boolean reachable, List<String> roles) {
    public Member {
      roles = List.copyOf(roles);
    }
  }
}

package io.longshore.gateway;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway asks of the node it runs in. Every call returns at once, on any thread; all but
 * {@link #cluster} from what is known.
 */
public interface NodeHealth {

  /** Whether the process works at all; if not, it should be restarted. */
  boolean live();

  /** Whether the node can do what it is for. */
  Readiness ready();

  /**
   * The cluster as this node sees it. Asks the others what they have, for up to two seconds; what
   * is not answered is missing. Never completes exceptionally.
   */
  CompletionStage<ClusterView> cluster();

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
   * @param leader who lets members in and out; null if there is none
   * @param oldest the longest member of those with the role work: it places the shards; null if
   *     there is none
   * @param expectedMembers how many members make the answering node ready
   * @param splitBrain which side of a cut goes on
   * @param members all that are known, in any status
   * @param partitions of the ledger and the registry, and how many are asleep
   * @param inFlight commands of the answering node that the ledger has not answered
   * @param queues capabilities with work or agents, those with the most waiting tasks first
   * @param warnings what a person should look at; empty if all is well
   */
  record ClusterView(
      String name,
      String self,
      @Nullable String leader,
      @Nullable String oldest,
      int expectedMembers,
      String splitBrain,
      List<Member> members,
      List<Partitions> partitions,
      int inFlight,
      List<Queue> queues,
      List<String> warnings) {
    public ClusterView {
      members = List.copyOf(members);
      partitions = List.copyOf(partitions);
      queues = List.copyOf(queues);
      warnings = List.copyOf(warnings);
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
   * @param region where it is; empty for nowhere in particular
   * @param version of Longshore that it runs
   * @param shards what it has; null if that did not become known
   */
  record Member(
      String address,
      String status,
      boolean reachable,
      List<String> roles,
      String region,
      String version,
      @Nullable Shards shards) {
    public Member {
      roles = List.copyOf(roles);
    }
  }

  /**
   * What one node has of what is divided among all.
   *
   * @param ledger numbers of its ledger partitions
   * @param registry numbers of its registry partitions
   * @param mailboxes how many shards of mailboxes
   * @param coordinators how many shards of coordinators
   */
  record Shards(List<Integer> ledger, List<Integer> registry, int mailboxes, int coordinators) {
    public Shards {
      ledger = List.copyOf(ledger);
      registry = List.copyOf(registry);
    }
  }

  /**
   * The partitions of one kind.
   *
   * @param kind {@code ledger} or {@code registry}
   * @param count how many there are
   * @param asleep how many have not answered the answering node lately
   */
  record Partitions(String kind, int count, int asleep) {}

  /**
   * The work of one capability.
   *
   * @param capability its name
   * @param waiting tasks that have not started
   * @param arrivalsPerSecond how many come, lately
   * @param onlineAgents who can do them and is there
   */
  record Queue(String capability, long waiting, double arrivalsPerSecond, int onlineAgents) {}
}

package io.longshore.coordinator;

import io.longshore.agents.TaskRef;
import io.longshore.agents.WorkSource.MailboxReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be said to a route's coordinator. It answers nobody: it acts. */
public final class CoordinatorProtocol {
  private CoordinatorProtocol() {}

  /** Everything of coordinators that travels between nodes; bound to one serializer. */
  public sealed interface Wire permits Command {}

  /** What a coordinator understands. */
  public sealed interface Command extends Wire permits Offer, Settled, Reported, Alive, Internal {}

  /**
   * Sent by a ledger partition: these wait for an agent. One already known changes nothing.
   *
   * @param tasks which
   * @param partition whose they are
   * @param behind how many more of the route wait there and are not offered
   */
  public record Offer(List<Offered> tasks, int partition, long behind) implements Command {}

  /**
   * A task that waits.
   *
   * @param ref enough to place it
   * @param labels that its agent must carry
   * @param region where its agent should be; null for anywhere
   * @param rejectIfLate whether it may and should be rejected if no agent can meet its deadline
   */
  public record Offered(
      TaskRef ref, Map<String, String> labels, @Nullable String region, boolean rejectIfLate) {

    /** A task that may be done anywhere and late. */
    public Offered(TaskRef ref, Map<String, String> labels) {
      this(ref, labels, null, false);
    }
  }

  /**
   * Sent for the ledger's partitions of one node.
   *
   * @param taskIds these do not wait any more
   * @param setbacks what went wrong with agents meanwhile
   */
  public record Settled(List<String> taskIds, List<Setback> setbacks) implements Command {}

  /**
   * Something that speaks against an agent.
   *
   * @param agentId who held the task
   * @param mark what became of it there
   */
  public record Setback(String agentId, Mark mark) {}

  /** What can speak against an agent. */
  public enum Mark {
    /** Its mailbox refused a task. */
    REFUSAL,
    /** A lease of it ran out. */
    LOST_LEASE,
    /** It failed a task. */
    FAILURE
  }

  /** Sent by a mailbox through the work source: something that cannot wait. */
  public record Reported(MailboxReport report) implements Command {}

  /**
   * Sent through the work source for mailboxes of one node, in the order in which they have told
   * it: what could wait a moment, and signs of life.
   */
  public record Alive(List<MailboxReport> reports) implements Command {}

  /** Sent by a coordinator to itself. */
  sealed interface Internal extends Command permits Tick {}

  /** Time has passed. */
  record Tick() implements Internal {}
}

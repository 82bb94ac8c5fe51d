package io.longshore.coordinator;

import io.longshore.agents.TaskRef;
import io.longshore.agents.WorkSource.MailboxReport;
import java.util.List;
import java.util.Map;

/** What can be said to a route's coordinator. It answers nobody: it acts. */
public final class CoordinatorProtocol {
  private CoordinatorProtocol() {}

  /** Everything of coordinators that travels between nodes; bound to one serializer. */
  public sealed interface Wire permits Command {}

  /** What a coordinator understands. */
  public sealed interface Command extends Wire permits Offer, Settled, Reported, Internal {}

  /** Sent by a ledger partition: these wait for an agent. One already known changes nothing. */
  public record Offer(List<Offered> tasks) implements Command {}

  /**
   * A task that waits.
   *
   * @param ref enough to place it
   * @param labels that its agent must carry
   */
  public record Offered(TaskRef ref, Map<String, String> labels) {}

  /** Sent by a ledger partition: these do not wait any more. */
  public record Settled(List<String> taskIds) implements Command {}

  /** Sent by a mailbox through the work source. */
  public record Reported(MailboxReport report) implements Command {}

  /** Sent by a coordinator to itself. */
  sealed interface Internal extends Command permits Tick {}

  /** Time has passed. */
  record Tick() implements Internal {}
}

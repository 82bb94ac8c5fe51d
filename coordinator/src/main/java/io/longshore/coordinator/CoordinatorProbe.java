package io.longshore.coordinator;

import io.longshore.agents.Mailboxes;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.registry.Directory;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The coordinators of a node without its ledger, for measuring: whoever has it plays the ledger and
 * stands between mailboxes and coordinators, and so can time each step. Thread-safe.
 */
public final class CoordinatorProbe {
  private final Coordinators coordinators;

  private CoordinatorProbe(Coordinators coordinators) {
    this.coordinators = coordinators;
  }

  /** Starts coordinators on a node that has no ledger; once for each actor system. */
  public static CoordinatorProbe start(
      ActorSystem<?> system,
      CoordinatorSettings settings,
      Directory directory,
      Mailboxes mailboxes,
      Clock clock) {
    Coordinators coordinators = new Coordinators(system, settings, clock);
    Coordinator.Ledger nobody =
        new Coordinator.Ledger() {
          @Override
          public void reoffer(Route route) {
            // There is nothing that an earlier incarnation could have been offered.
          }

          @Override
          public void reject(TaskProtocol.Reject reject) {
            // No task asks for it.
          }

          @Override
          public void park(TaskProtocol.Park park) {
            // What waits here waits briefly.
          }

          @Override
          public void unpark(Route route) {
            // Nothing is parked.
          }

          @Override
          public void noted(List<TaskProtocol.Note> notes) {
            // Nobody asks why.
          }
        };
    Recommendations recommendations =
        Recommendations.start(system, settings.recommendations(), clock);
    coordinators.start(
        (route, passivate) ->
            Coordinator.create(
                route, settings, directory, mailboxes, nobody, recommendations, clock, passivate));
    return new CoordinatorProbe(coordinators);
  }

  /** These tasks wait for an agent. */
  public void offer(Route route, List<TaskRef> refs) {
    coordinators.tell(
        route,
        new CoordinatorProtocol.Offer(
            refs.stream().map(ref -> new CoordinatorProtocol.Offered(ref, Map.of())).toList(),
            0,
            0));
  }

  /** These do not wait any more. */
  public void settled(Route route, List<String> taskIds) {
    coordinators.tell(route, new CoordinatorProtocol.Settled(taskIds, List.of()));
  }

  /** A mailbox has told this, which cannot wait. */
  public void reported(Route route, MailboxReport report) {
    coordinators.tell(route, new CoordinatorProtocol.Reported(report));
  }
}

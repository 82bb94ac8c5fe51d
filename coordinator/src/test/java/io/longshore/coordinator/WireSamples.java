package io.longshore.coordinator;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** Messages of every kind that travels between nodes, with and without what may be missing. */
final class WireSamples {
  private static final Decision WAITING = new Decision(5, Kind.WAITING, null, "nobody there");

  private WireSamples() {}

  static List<TaskProtocol.Wire> tasks(ActorRef<TaskProtocol.GetReply> reader) {
    TaskQuery narrow =
        new TaskQuery(TaskState.INPUT_REQUIRED, Given.ECHO, "alice", Map.of("a", "1"), "before", 7);
    return List.of(
        new TaskProtocol.Submit("t", Given.full()),
        new TaskProtocol.Submit("t", Given.task()),
        new TaskProtocol.Submit("t", Given.full().again("dead", "k", Long.MAX_VALUE)),
        new TaskProtocol.Submit("t", Given.task(), true),
        new TaskProtocol.Accepted(whole(), true),
        new TaskProtocol.Taken(3),
        new TaskProtocol.KeyReused("t"),
        new TaskProtocol.Existed("t"),
        new TaskProtocol.LedgerFull("5 tasks", 6),
        new TaskProtocol.Start("t", "alice", 7, List.of(Given.assigned(8), WAITING), 9),
        new TaskProtocol.Start("t", "alice", 7, List.of()),
        new TaskProtocol.Started(lease()),
        new TaskProtocol.NotStartable("t", "it is working"),
        new TaskProtocol.Complete("t", "token", Given.json("{}")),
        new TaskProtocol.Complete("t", "token", Given.json("{}"), true),
        new TaskProtocol.Fail("t", "token", "e", "m", true, 9L),
        new TaskProtocol.Fail("t", "token", "e", "m", false, null),
        new TaskProtocol.Release("t", "token"),
        new TaskProtocol.Extend("t", "token", 10, Given.json("0.5")),
        new TaskProtocol.Extend("t", "token", 10, null),
        new TaskProtocol.RequireInput("t", "token", Given.json("\"which?\"")),
        new TaskProtocol.RequireInput("t", "token", Given.json("\"which?\""), true),
        new TaskProtocol.Resume("t", Given.json("2"), 7L),
        new TaskProtocol.Resume("t", Given.json("2"), null),
        new TaskProtocol.Resumed(asking()),
        new TaskProtocol.NotWaitingForInput("t", TaskState.WORKING),
        new TaskProtocol.GenerationChanged("t", 8),
        new TaskProtocol.InputTooLarge("t", 9),
        new TaskProtocol.LeaseDone("t", 11),
        new TaskProtocol.LeaseCanceled("t"),
        new TaskProtocol.LeaseLost("t", "stale"),
        new TaskProtocol.Get("t"),
        new TaskProtocol.Found(bare()),
        new TaskProtocol.NoSuchTask("t"),
        new TaskProtocol.Cancel("t"),
        new TaskProtocol.CancelAccepted(whole()),
        new TaskProtocol.AlreadyEnded(bare()),
        new TaskProtocol.Reject("t", "late"),
        new TaskProtocol.Rejected("t"),
        new TaskProtocol.NotRejectable("t"),
        new TaskProtocol.ListTasks("t", narrow),
        new TaskProtocol.ListTasks("t", new TaskQuery(null, null, null, Map.of(), null, 1)),
        new TaskProtocol.ListReply(List.of(whole(), bare())),
        new TaskProtocol.Await("t", -1, 12, reader, 0),
        new TaskProtocol.Await("t", -1, 12, reader, 13),
        new TaskProtocol.Reoffer(Route.agent("alice")),
        new TaskProtocol.Park(List.of("t"), 60_000),
        new TaskProtocol.Unpark(Given.ECHO),
        new TaskProtocol.Noted(List.of(new TaskProtocol.Note("t", WAITING))));
  }

  static List<CoordinatorProtocol.Wire> coordinators() {
    TaskRef ref =
        new TaskRef("t", Given.ECHO, Priority.LOW, 1, 2, List.of(Given.assigned(3), WAITING));
    return List.of(
        new CoordinatorProtocol.Offer(
            List.of(
                new CoordinatorProtocol.Offered(ref, Map.of("tier", "gold"), "eu", true),
                Given.offered("u")),
            3,
            7),
        new CoordinatorProtocol.Settled(
            List.of("t", "u"),
            List.of(new CoordinatorProtocol.Setback("alice", CoordinatorProtocol.Mark.LOST_LEASE))),
        new CoordinatorProtocol.Reported(
            new MailboxReport(
                "alice",
                Long.MAX_VALUE,
                new Room(Status.DRAINING, 1, 2, 3, 4, 5),
                List.of("t"),
                List.of(new Refusal("u", "full", 6L), new Refusal("v", "full", null)),
                List.of("w"))),
        new CoordinatorProtocol.Alive(
            List.of(
                new MailboxReport(
                    "bob",
                    7,
                    new Room(Status.ONLINE, 1, 2, 3, 4, 5),
                    List.of(),
                    List.of(),
                    List.of()))));
  }

  static List<RecommendationProtocol.Wire> recommendations(
      ActorRef<RecommendationProtocol.Told> asker) {
    return List.of(
        new RecommendationProtocol.Ask(asker),
        new RecommendationProtocol.Told(
            List.of(
                new Recommendation(
                    "echo",
                    1,
                    2,
                    3,
                    4.5,
                    5.5,
                    true,
                    6.5,
                    7,
                    0.7,
                    60,
                    List.of(new Recommendation.Shunned("alice", 1.5, 1, 2, 3))))));
  }

  private static Lease lease() {
    return new Lease(
        "t",
        "1.2",
        2,
        13,
        Given.ECHO,
        Given.json("1"),
        Priority.HIGH,
        14,
        Map.of("a", "1"),
        "correlation",
        null,
        List.of(new Lease.Exchange(Given.json("\"which?\""), Given.json("2"))));
  }

  private static TaskView whole() {
    return new TaskView(
        "t",
        TaskState.FAILED,
        15,
        Route.agent("alice"),
        Given.json("1"),
        Given.json("2"),
        Priority.LOW,
        16,
        17,
        18,
        Map.of("a", "1"),
        19,
        20,
        21,
        "correlation",
        "trace",
        "alice",
        22,
        Given.json("0.5"),
        null,
        new TaskView.Failure("e", "m", 23, true),
        List.of(Given.assigned(24)),
        "dead",
        null,
        false);
  }

  private static TaskView asking() {
    return new TaskView(
        "t",
        TaskState.INPUT_REQUIRED,
        1,
        Given.ECHO,
        null,
        null,
        Priority.NORMAL,
        1,
        1,
        0,
        Map.of(),
        0,
        1,
        1,
        null,
        null,
        null,
        0,
        null,
        new TaskView.InputRequired(Given.json("\"which?\""), 9),
        null,
        List.of(),
        null,
        null,
        false);
  }

  private static TaskView bare() {
    return new TaskView(
        "t",
        TaskState.SUBMITTED,
        1,
        Given.ECHO,
        null,
        null,
        Priority.NORMAL,
        1,
        1,
        0,
        Map.of(),
        0,
        1,
        1,
        null,
        null,
        null,
        0,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        false);
  }
}

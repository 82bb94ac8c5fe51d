package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.registry.AgentRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table of one route whose mailboxes say what the test wants. */
final class AssignmentFixture {
  static final long FORGET = 15_000;
  final Assignment assignment;
  final Map<String, List<TaskRef>> given = new HashMap<>();
  final Map<String, List<String>> takenBack = new HashMap<>();
  final List<TaskProtocol.Note> notes = new ArrayList<>();
  final List<TaskProtocol.Reject> rejected = new ArrayList<>();
  final List<String> parked = new ArrayList<>();
  int unparked;
  long now = Given.NOW;

  AssignmentFixture() {
    this(Strategies.SHORTEST_COMPLETION);
  }

  AssignmentFixture(Strategy strategy) {
    assignment = new Assignment(Given.assignment(), strategy, FORGET);
  }

  void offer(String... taskIds) {
    offer(Arrays.stream(taskIds).map(Given::offered).toList());
  }

  void offer(List<CoordinatorProtocol.Offered> tasks) {
    assignment.offered(tasks, now);
    assign();
  }

  void settled(String... taskIds) {
    assignment.settled(List.of(taskIds), now);
    assign();
  }

  void room(String agentId, Room room) {
    report(Given.agent(agentId), 1, room, List.of(), List.of(), List.of());
  }

  void accepted(String agentId, Room room, String... taskIds) {
    report(Given.agent(agentId), 1, room, List.of(taskIds), List.of(), List.of());
  }

  void refused(String agentId, Room room, String taskId) {
    Refusal refusal = new Refusal(taskId, "overloaded", 1_500L);
    report(Given.agent(agentId), 1, room, List.of(), List.of(refusal), List.of());
  }

  void returned(String agentId, Room room, String... taskIds) {
    report(Given.agent(agentId), 1, room, List.of(), List.of(), List.of(taskIds));
  }

  void report(
      AgentRecord agent,
      long incarnation,
      Room room,
      List<String> accepted,
      List<Refusal> refused,
      List<String> returned) {
    assignment.reported(
        agent,
        new MailboxReport(agent.agentId(), incarnation, room, accepted, refused, returned),
        now);
    assign();
  }

  private void assign() {
    Actions actions = new Actions();
    assignment.assign(actions, now);
    take(actions);
  }

  void tick(long millis) {
    now += millis;
    Actions actions = new Actions();
    assignment.tick(actions, now);
    take(actions);
  }

  private void take(Actions actions) {
    actions
        .give()
        .forEach(
            (agent, refs) ->
                given.computeIfAbsent(agent.agentId(), id -> new ArrayList<>()).addAll(refs));
    actions
        .takeBack()
        .forEach(
            (agentId, ids) ->
                takenBack.computeIfAbsent(agentId, id -> new ArrayList<>()).addAll(ids));
    notes.addAll(actions.notes());
    rejected.addAll(actions.rejections());
    parked.addAll(actions.park());
    unparked += actions.unpark() ? 1 : 0;
  }

  /** What was given to the agent since the last time. */
  List<String> given(String agentId) {
    return refs(agentId).stream().map(TaskRef::taskId).toList();
  }

  /** The decisions of the one task given to the agent since the last time. */
  List<Decision> decisions(String agentId) {
    List<TaskRef> refs = refs(agentId);
    assertEquals(1, refs.size());
    return refs.get(0).decisions();
  }

  private List<TaskRef> refs(String agentId) {
    List<TaskRef> refs = given.remove(agentId);
    return refs == null ? List.of() : refs;
  }

  /** What was asked back from the agent since the last time. */
  List<String> takenBack(String agentId) {
    List<String> ids = takenBack.remove(agentId);
    return ids == null ? List.of() : ids;
  }
}

package io.longshore.gateway;

import io.longshore.agents.Route;
import io.longshore.coordinator.Page;
import io.longshore.coordinator.TaskQuery;
import io.longshore.coordinator.TaskState;
import io.longshore.coordinator.TaskView;
import io.longshore.coordinator.Tasks;
import io.longshore.registry.WantedCapability;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The call that lists tasks, newest first, without their inputs, outputs and decisions. A page may
 * be short, even empty, and still not the last.
 */
final class TaskList {
  private final GatewaySettings settings;
  private final Tasks tasks;

  TaskList(GatewaySettings settings, Tasks tasks) {
    this.settings = settings;
    this.tasks = tasks;
  }

  CompletionStage<HttpResponse> handle(Call call) {
    Violations violations = new Violations();
    Query query = call.query(violations);
    TaskState state = state(query.text("state"), violations);
    WantedCapability capability = query.wanted("capability");
    String agent = query.id("agent");
    Map<String, String> labels = query.labels();
    int pageSize = query.pageSize(settings);
    String before = query.pageToken();
    query.end();
    violations.check();
    Route route = capability == null ? null : Route.capability(capability.toString());
    return tasks
        .list(new TaskQuery(state, route, agent, labels, before, pageSize))
        .thenApply(answer -> Problems.answer(answer, TaskList::response));
  }

  private static @Nullable TaskState state(@Nullable String name, Violations violations) {
    if (name == null) {
      return null;
    }
    for (TaskState state : TaskState.values()) {
      if (state.wireName().equals(name)) {
        return state;
      }
    }
    violations.parameter(
        "state",
        Arrays.stream(TaskState.values())
            .map(TaskState::wireName)
            .collect(Collectors.joining(", ", "must be one of ", "")));
    return null;
  }

  private static HttpResponse response(Page<TaskView> page) {
    return Responses.json(
        200,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("tasks");
          for (TaskView task : page.items()) {
            TaskJson.write(out, task);
          }
          out.writeEndArray();
          String next = page.next();
          Json.text(out, "nextPageToken", next == null ? null : Query.tokenAfter(next));
          out.writeEndObject();
        });
  }
}

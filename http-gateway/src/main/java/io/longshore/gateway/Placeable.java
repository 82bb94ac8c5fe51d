package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.agents.Route;
import io.longshore.coordinator.TaskState;
import io.longshore.coordinator.TaskView;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Directory;
import io.longshore.registry.Nearest;
import io.longshore.registry.WantedCapability;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says with a task that waits that no registered agent may take it, and what comes nearest, as far
 * as this node's directory knows. Whether agents that may are online is the coordinator's to know;
 * it says so in the task's decisions.
 */
final class Placeable {
  private final Directory directory;

  Placeable(Directory directory) {
    this.directory = directory;
  }

  /** Writes a task, with {@code waiting} if nobody may take it. */
  void write(JsonGenerator out, TaskView task) throws IOException {
    TaskJson.write(out, task, more -> waiting(more, task));
  }

  private void waiting(JsonGenerator out, TaskView task) throws IOException {
    if (task.state() != TaskState.SUBMITTED) {
      return;
    }
    Route route = task.route();
    if (route.kind() == Route.Kind.AGENT) {
      Optional<AgentRecord> agent = directory.find(route.name());
      if (agent.isEmpty()) {
        write(out, "No agent is registered as " + route.name() + ".", List.of());
      } else if (agent.get().draining()) {
        write(out, "The agent is draining.", List.of());
      }
      return;
    }
    Optional<Nearest> nearest =
        directory.unlessAnybodyCan(WantedCapability.of(route.name()), task.labels());
    if (nearest.isPresent()) {
      write(out, nearest.get().sentence(), nearest.get().alternatives());
    }
  }

  private static void write(
      JsonGenerator out, String reason, List<Nearest.Alternative> alternatives) throws IOException {
    out.writeObjectFieldStart("waiting");
    out.writeStringField("reason", reason);
    write(out, alternatives);
    out.writeEndObject();
  }

  /** Writes what there is instead of what was wanted. */
  static void write(JsonGenerator out, List<Nearest.Alternative> alternatives) throws IOException {
    out.writeArrayFieldStart("alternatives");
    for (Nearest.Alternative alternative : alternatives) {
      out.writeStartObject();
      out.writeStringField(
          "kind", alternative.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      out.writeStringField("capability", alternative.capability());
      Json.texts(out, "agentIds", alternative.agentIds());
      if (!alternative.labels().isEmpty()) {
        Json.labels(out, new TreeMap<>(alternative.labels()));
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}

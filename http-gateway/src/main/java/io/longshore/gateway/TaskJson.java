package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.DeadLetter;
import io.longshore.coordinator.TaskView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** How a task looks outside: to its submitter, and to the agent that holds a lease on it. */
final class TaskJson {
  private TaskJson() {}

  /** Writes a task, without its decisions. */
  static void write(JsonGenerator out, TaskView task) throws IOException {
    out.writeStartObject();
    fields(out, task);
    out.writeEndObject();
  }

  /** Writes a task and what else there is to say of it, without its decisions. */
  static void write(JsonGenerator out, TaskView task, Json.Writer more) throws IOException {
    out.writeStartObject();
    fields(out, task);
    more.writeTo(out);
    out.writeEndObject();
  }

  /** Writes a task that waits in the dead letters. */
  static void write(JsonGenerator out, DeadLetter letter) throws IOException {
    out.writeStartObject();
    fields(out, letter.task());
    Json.instant(out, "failedAt", letter.failedAt());
    out.writeEndObject();
  }

  private static void fields(JsonGenerator out, TaskView task) throws IOException {
    out.writeStringField("taskId", task.taskId());
    out.writeStringField("state", task.state().wireName());
    out.writeNumberField("generation", task.generation());
    route(out, task.route());
    Json.raw(out, "input", task.input());
    Json.raw(out, "output", task.output());
    priority(out, task.priority());
    times(out, task.createdAt(), task.updatedAt());
    Json.instant(out, "deadline", task.deadlineAt());
    Json.labels(out, task.labels());
    out.writeNumberField("attempts", task.attempts());
    out.writeNumberField("maxAttempts", task.maxAttempts());
    Json.seconds(out, "leaseSeconds", task.leaseMillis());
    Json.text(out, "correlationId", task.correlationId());
    Json.text(out, "traceparent", task.traceparent());
    Json.text(out, "agentId", task.agentId());
    Json.instant(out, "leaseExpiresAt", task.leaseExpiresAt());
    Json.raw(out, "progress", task.progress());
    TaskView.InputRequired required = task.inputRequired();
    if (required != null) {
      out.writeObjectFieldStart("inputRequired");
      Json.raw(out, "prompt", required.prompt());
      Json.instant(out, "since", required.since());
      out.writeEndObject();
    }
    TaskView.Failure failure = task.failure();
    if (failure != null) {
      failure(out, failure);
    }
    Json.text(out, "redriveOf", task.redriveOf());
    Json.text(out, "region", task.region());
    if (task.rejectIfLate()) {
      out.writeBooleanField("rejectIfLate", true);
    }
  }

  /** A task that was just submitted says one time twice. */
  private static void times(JsonGenerator out, long created, long updated) throws IOException {
    if (created == updated && created != 0) {
      String both = Instant.ofEpochMilli(created).toString();
      out.writeStringField("createdAt", both);
      out.writeStringField("updatedAt", both);
    } else {
      Json.instant(out, "createdAt", created);
      Json.instant(out, "updatedAt", updated);
    }
  }

  private static void failure(JsonGenerator out, TaskView.Failure failure) throws IOException {
    out.writeObjectFieldStart("failure");
    out.writeStringField("code", failure.code());
    out.writeStringField("message", failure.message());
    out.writeNumberField("attempts", failure.attempts());
    out.writeEndObject();
    out.writeBooleanField("deadLettered", failure.deadLettered());
  }

  /** Writes what was decided about a task, in the order it was. */
  static void decisions(JsonGenerator out, List<Decision> decisions) throws IOException {
    out.writeStartObject();
    out.writeArrayFieldStart("decisions");
    for (Decision decision : decisions) {
      out.writeStartObject();
      Json.instant(out, "at", decision.at());
      out.writeStringField("kind", decision.kind().name().toLowerCase(Locale.ROOT));
      Json.text(out, "agentId", decision.agentId());
      out.writeStringField("reason", decision.reason());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Writes leases in one document. */
  static void leases(JsonGenerator out, List<Lease> leases) throws IOException {
    out.writeStartObject();
    out.writeArrayFieldStart("leases");
    for (Lease lease : leases) {
      lease(out, lease);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Writes a lease, with all that its agent needs to do the work. */
  static void lease(JsonGenerator out, Lease lease) throws IOException {
    out.writeStartObject();
    out.writeStringField("taskId", lease.taskId());
    out.writeStringField("leaseToken", lease.leaseToken());
    out.writeNumberField("attempt", lease.attempt());
    Json.instant(out, "expiresAt", lease.expiresAt());
    route(out, lease.route());
    Json.raw(out, "input", lease.input());
    priority(out, lease.priority());
    Json.instant(out, "deadline", lease.deadlineAt());
    Json.labels(out, lease.labels());
    Json.text(out, "correlationId", lease.correlationId());
    Json.text(out, "traceparent", lease.traceparent());
    if (!lease.exchanges().isEmpty()) {
      exchanges(out, lease.exchanges());
    }
    out.writeEndObject();
  }

  private static void exchanges(JsonGenerator out, List<Lease.Exchange> exchanges)
      throws IOException {
    out.writeArrayFieldStart("exchanges");
    for (Lease.Exchange exchange : exchanges) {
      out.writeStartObject();
      Json.raw(out, "prompt", exchange.prompt());
      Json.raw(out, "input", exchange.input());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void route(JsonGenerator out, Route route) throws IOException {
    String field = route.kind() == Route.Kind.AGENT ? "agent" : "capability";
    out.writeStringField(field, route.name());
  }

  private static void priority(JsonGenerator out, Priority priority) throws IOException {
    out.writeStringField("priority", Text.name(priority));
  }
}

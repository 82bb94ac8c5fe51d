package io.longshore.gateway;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.NewTask;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body that submits a task. */
final class TaskBody {
  private static final int MAX_CORRELATION_ID = 256;
  private static final int MAX_REGION = 128;
  private static final Duration SHORTEST_TTL = Duration.ofMillis(1);

  private final BodyReader in;
  private final TaskTerms terms;
  private @Nullable String capability;
  private @Nullable String agent;
  private byte[] input = Json.nothing();
  private Priority priority = Priority.NORMAL;
  private @Nullable Long deadline;
  private @Nullable Long ttlMillis;
  private Map<String, String> labels = Map.of();
  private int maxAttempts;
  private @Nullable Long leaseMillis;
  private @Nullable String correlationId;
  private @Nullable String region;
  private boolean rejectIfLate;

  private TaskBody(BodyReader in, TaskTerms terms) {
    this.in = in;
    this.terms = terms;
    this.maxAttempts = terms.rules().attempts();
  }

  /** Reads the object that comes next; what it gives is of use only if there are no violations. */
  static TaskBody read(BodyReader in, TaskTerms terms) throws IOException {
    TaskBody body = new TaskBody(in, terms);
    if (in.object(body::field)) {
      body.checkWhole();
    }
    return body;
  }

  private void field(String name) throws IOException {
    GatewaySettings.TaskRules rules = terms.rules();
    switch (name) {
      case "capability" -> capability = in.wanted();
      case "agent" -> agent = in.id();
      case "input" -> input = in.raw(terms.maxInputBytes());
      case "priority" -> priority = in.priority();
      case "deadline" -> deadline = deadline();
      case "ttlSeconds" -> ttlMillis = in.seconds(SHORTEST_TTL, rules.maxTtl());
      case "labels" -> labels = LabelsBody.read(in);
      case "maxAttempts" -> maxAttempts = in.whole(1, rules.maxAttempts(), rules.attempts());
      case "leaseSeconds" -> leaseMillis = in.seconds(rules.minLease(), rules.maxLease());
      case "correlationId" -> correlationId = in.text(MAX_CORRELATION_ID);
      case "region" -> region = in.text(MAX_REGION);
      case "rejectIfLate" -> rejectIfLate = in.bool(false);
      default -> in.unknown();
    }
  }

  private @Nullable Long deadline() throws IOException {
    Long time = in.instant();
    long latest = terms.now() + terms.rules().maxTtl().toMillis();
    if (time != null && (time <= terms.now() || time > latest)) {
      in.violation("must lie ahead, by at most %d days".formatted(terms.rules().maxTtl().toDays()));
    }
    return time;
  }

  private void checkWhole() {
    if (capability != null && agent != null) {
      in.violation("must name a capability or an agent, not both");
    }
    if (capability == null && agent == null) {
      in.violation("must name a capability or an agent");
    }
    if (deadline != null && ttlMillis != null) {
      in.violation("must have a deadline or ttlSeconds, not both");
    }
    if (rejectIfLate && deadline == null && ttlMillis == null) {
      in.violation("must have a deadline or ttlSeconds for rejectIfLate to mean something");
    }
  }

  /** The task. Only if there were no violations. */
  NewTask task(@Nullable String idempotencyKey) {
    return new NewTask(
        agent != null ? Route.agent(agent) : Route.capability(String.valueOf(capability)),
        input,
        priority,
        deadlineAt(),
        labels,
        maxAttempts,
        leaseMillis != null ? leaseMillis : terms.rules().lease().toMillis(),
        correlationId,
        terms.traceparent(),
        idempotencyKey,
        null,
        region != null ? region : terms.region(),
        rejectIfLate);
  }

  private long deadlineAt() {
    if (ttlMillis != null) {
      return terms.now() + ttlMillis;
    }
    return deadline != null ? deadline : 0;
  }
}

package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task as a service submits it, with every default filled in.
 *
 * @param route the capability wanted, or the one agent
 * @param input one JSON value as UTF-8
 * @param priority how urgent
 * @param deadlineAt epoch milliseconds; 0 for never
 * @param labels that the agent must carry
 * @param maxAttempts how often it may be started, at least 1
 * @param leaseMillis how long a lease lasts unless the agent asks otherwise
 * @param correlationId handed through to the agent
 * @param traceparent W3C trace context, handed through to the agent
 * @param idempotencyKey the same key within 24 h gives the same task
 */
public record NewTask(
    Route route,
    byte[] input,
    Priority priority,
    long deadlineAt,
    Map<String, String> labels,
    int maxAttempts,
    long leaseMillis,
    @Nullable String correlationId,
    @Nullable String traceparent,
    @Nullable String idempotencyKey) {}

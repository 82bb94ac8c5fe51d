package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.persistence.BlobWriter;
import io.longshore.persistence.StableHash;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A task as a service submits it, with every default filled in.
 *
 * @param route the capability wanted, perhaps with a range of versions, or the one agent
 * @param input one JSON value as UTF-8
 * @param priority how urgent
 * @param deadlineAt epoch milliseconds; 0 for never
 * @param labels that the agent must carry
 * @param maxAttempts how often it may be started, at least 1
 * @param leaseMillis how long a lease lasts unless the agent asks otherwise
 * @param correlationId handed through to the agent
 * @param traceparent W3C trace context, handed through to the agent
 * @param idempotencyKey the same key within 24 h gives the same task
 * @param redriveOf the dead letter it was made of
 * @param region where its agent should be rather than elsewhere; null for anywhere
 * @param rejectIfLate whether it is rejected rather than begun if no agent can meet its deadline
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
    @Nullable String idempotencyKey,
    @Nullable String redriveOf,
    @Nullable String region,
    boolean rejectIfLate) {

  private static final int OVERHEAD = 500;
  private static final int LABEL_OVERHEAD = 100;

  /** A task that was not made of another and may be done anywhere and late. */
  public NewTask(
      Route route,
      byte[] input,
      Priority priority,
      long deadlineAt,
      Map<String, String> labels,
      int maxAttempts,
      long leaseMillis,
      @Nullable String correlationId,
      @Nullable String traceparent,
      @Nullable String idempotencyKey) {
    this(
        route,
        input,
        priority,
        deadlineAt,
        labels,
        maxAttempts,
        leaseMillis,
        correlationId,
        traceparent,
        idempotencyKey,
        null,
        null,
        false);
  }

  /**
   * The same work once more, as a task of its own; a deadline that is over does not hold for it.
   */
  NewTask again(String deadLetterId, String key, long now) {
    return new NewTask(
        route,
        input,
        priority,
        deadlineAt > now ? deadlineAt : 0,
        labels,
        maxAttempts,
        leaseMillis,
        correlationId,
        traceparent,
        key,
        deadLetterId,
        region,
        rejectIfLate);
  }

  /** The same with an equal route: many tasks share one in memory. */
  NewTask sharing(Route equal) {
    return new NewTask(
        equal,
        input,
        priority,
        deadlineAt,
        labels,
        maxAttempts,
        leaseMillis,
        correlationId,
        traceparent,
        idempotencyKey,
        redriveOf,
        region,
        rejectIfLate);
  }

  /**
   * The key of the task at this place of a batch that was sent with a key. Never changes. No
   * submitter's own key has a blank, so it is none of those; nor that of a redrive, which does not
   * end like this.
   */
  public static String keyAt(String batchKey, int place) {
    return batchKey + " " + place;
  }

  /** A rough count of the bytes it takes. */
  int weight() {
    int weight = OVERHEAD + input.length + route.name().length();
    weight += length(correlationId) + length(traceparent) + length(idempotencyKey);
    weight += length(redriveOf) + length(region);
    for (Map.Entry<String, String> label : labels.entrySet()) {
      weight += LABEL_OVERHEAD + label.getKey().length() + label.getValue().length();
    }
    return weight;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /**
   * The same for two submissions of the same work. A deadline does not count: one given as a time
   * to live is another instant in every repetition. Nor does the trace, nor the region: a task that
   * names none gets that of the node it came to, and its repetition may come to another.
   */
  long contentHash() {
    BlobWriter content = new BlobWriter(input.length + 256);
    content
        .text(route.key())
        .bytes(input)
        .text(priority.name())
        .textMap(new TreeMap<>(labels))
        .number(maxAttempts)
        .number(leaseMillis)
        .optionalText(correlationId);
    if (rejectIfLate) { // else as it was before there was such a thing
      content.optionalText(null).flag(true);
    }
    return StableHash.fnv1a(content.toBytes());
  }
}

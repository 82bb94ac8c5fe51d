package io.longshore.coordinator;

import io.longshore.agents.Lease;
import io.longshore.agents.Lease.Exchange;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.coordinator.LedgerEvent.TaskEvent;
import io.longshore.coordinator.TaskView.Failure;
import io.longshore.coordinator.TaskView.InputRequired;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One task inside a ledger partition: changes only by applying events. */
final class Task {
  /** How the last lease ended, if the agent ended it itself. */
  enum EndedBy {
    NOBODY,
    COMPLETE,
    FAIL,
    RELEASE,
    REQUIRE_INPUT
  }

  final String taskId;
  NewTask spec;

  /** Of the specification, which stays as large as it is. */
  private final int specWeight;

  final long createdAt;
  TaskState state = TaskState.SUBMITTED;
  long generation = 1;
  long updatedAt;
  int attempts;
  int starts;
  long retryAt;
  @Nullable String agentId;
  @Nullable String leaseToken;
  EndedBy endedBy = EndedBy.NOBODY;
  long expiresAt;
  long cancelAt;
  byte @Nullable [] progress;

  /** The question it waits to have answered; only while input is required. */
  byte @Nullable [] prompt;

  /** All questions that have been answered; an immutable list. */
  List<Exchange> exchanges = List.of();

  byte @Nullable [] output;
  @Nullable Failure failure;
  final Decisions decisions = new Decisions();

  /** Under which time it is sorted where due tasks are looked for; 0 if it is not there. */
  long scheduledAt;

  Task(String taskId, NewTask spec, long createdAt) {
    this.taskId = taskId;
    this.spec = spec;
    this.specWeight = spec.weight();
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
  }

  /** Applies one event about this task, any but the first and the last. */
  void apply(TaskEvent event) {
    generation++;
    updatedAt = event.at();
    if (event instanceof LedgerEvent.Started started) {
      started(started);
    } else if (event instanceof LedgerEvent.Extended extended) {
      expiresAt = extended.expiresAt();
      progress = extended.progress() == null ? progress : extended.progress();
    } else if (event instanceof LedgerEvent.Completed completed) {
      output = completed.output();
      end(TaskState.COMPLETED, EndedBy.COMPLETE, "completed by " + agentId);
    } else if (event instanceof LedgerEvent.AttemptFailed failed) {
      waitAgain(failed.byAgent() ? EndedBy.FAIL : EndedBy.NOBODY);
      retryAt = failed.retryAt();
      decided(
          Kind.RETRIED,
          String.format(
              Locale.ROOT,
              "attempt %d of %d, next in %.1f s: %s",
              attempts,
              spec.maxAttempts(),
              (failed.retryAt() - failed.at()) / 1000.0,
              reason(failed.code(), failed.message())));
    } else if (event instanceof LedgerEvent.Released) {
      waitAgain(EndedBy.RELEASE);
      attempts--;
      decided(Kind.RETRIED, "given back untried by " + agentId);
    } else if (event instanceof LedgerEvent.InputRequired required) {
      waitAgain(EndedBy.REQUIRE_INPUT);
      state = TaskState.INPUT_REQUIRED;
      attempts--;
      prompt = required.prompt();
      decided(Kind.PAUSED, agentId + " needs more input");
    } else if (event instanceof LedgerEvent.Resumed resumed) {
      resumed(resumed);
    } else if (event instanceof LedgerEvent.CancelRequested requested) {
      cancelAt = requested.forcedAt();
    } else if (event instanceof LedgerEvent.Canceled) {
      end(TaskState.CANCELED, EndedBy.NOBODY, "canceled by the submitter");
    } else if (event instanceof LedgerEvent.Rejected rejected) {
      failure = new Failure(rejected.code(), rejected.message(), attempts, false);
      end(TaskState.REJECTED, EndedBy.NOBODY, reason(rejected.code(), rejected.message()));
    } else if (event instanceof LedgerEvent.Failed failed) {
      failure = new Failure(failed.code(), failed.message(), attempts, failed.deadLettered());
      end(
          TaskState.FAILED,
          failed.byAgent() ? EndedBy.FAIL : EndedBy.NOBODY,
          reason(failed.code(), failed.message()));
    }
  }

  private void started(LedgerEvent.Started started) {
    state = TaskState.WORKING;
    attempts++;
    starts++;
    agentId = started.agentId();
    leaseToken = started.leaseToken();
    endedBy = EndedBy.NOBODY;
    expiresAt = started.expiresAt();
    progress = null;
    decisions.brought(started.decisions());
    // Not String.format, which would cost more than all the rest of a start.
    long seconds = Math.round(started.leaseMillis() / 1000.0);
    decided(Kind.STARTED, "attempt " + attempts + ", lease of " + seconds + " s");
  }

  private void resumed(LedgerEvent.Resumed resumed) {
    if (prompt != null) {
      List<Exchange> more = new ArrayList<>(exchanges);
      more.add(new Exchange(prompt, resumed.input()));
      exchanges = List.copyOf(more);
    }
    prompt = null;
    state = TaskState.SUBMITTED;
    decisions.keep(new Decision(updatedAt, Kind.RESUMED, null, "the submitter gave more input"));
  }

  private void waitAgain(EndedBy by) {
    state = TaskState.SUBMITTED;
    endedBy = by;
    expiresAt = 0;
    retryAt = 0;
  }

  private void end(TaskState terminal, EndedBy by, String why) {
    boolean held = state == TaskState.WORKING;
    state = terminal;
    endedBy = by;
    expiresAt = 0;
    cancelAt = 0;
    prompt = null;
    decisions.keep(new Decision(updatedAt, Kind.ENDED, held ? agentId : null, why));
  }

  private void decided(Kind kind, String why) {
    decisions.keep(new Decision(updatedAt, kind, agentId, why));
  }

  private static String reason(String code, String message) {
    return message.isBlank() ? code : code + ": " + message;
  }

  /** Whether {@code token} proves the present hold. */
  boolean heldWith(String token) {
    return state == TaskState.WORKING && token.equals(leaseToken);
  }

  /** Whether the agent itself ended the hold of {@code token} in this way. */
  boolean endedWith(String token, EndedBy by) {
    return endedBy == by && token.equals(leaseToken);
  }

  /** When something becomes due without a command, epoch milliseconds; 0 for never. */
  long dueAt() {
    if (state.terminal()) {
      return 0;
    }
    long due = spec.deadlineAt();
    if (state == TaskState.WORKING) {
      due = earlier(due, expiresAt);
      due = earlier(due, cancelAt);
    }
    return due;
  }

  private static long earlier(long a, long b) {
    return a == 0 ? b : b == 0 ? a : Math.min(a, b);
  }

  /** The bytes of all questions and answers. */
  long exchangedBytes() {
    long bytes = prompt == null ? 0 : prompt.length;
    for (Exchange exchange : exchanges) {
      bytes += exchange.prompt().length + exchange.input().length;
    }
    return bytes;
  }

  /** A rough count of the bytes it holds. */
  long weight() {
    long weight = specWeight + decisions.weight();
    weight += (output == null ? 0 : output.length) + (progress == null ? 0 : progress.length);
    weight += exchangedBytes();
    weight += failure == null ? 0 : failure.message().length();
    return weight;
  }

  TaskRef ref() {
    return new TaskRef(
        taskId,
        spec.route(),
        spec.priority(),
        spec.deadlineAt(),
        createdAt,
        List.of(),
        (int) (spec.input().length + exchangedBytes()));
  }

  Lease lease(LedgerEvent.Started started, int attempt) {
    return new Lease(
        taskId,
        started.leaseToken(),
        attempt,
        started.expiresAt(),
        spec.route(),
        spec.input(),
        spec.priority(),
        spec.deadlineAt(),
        spec.labels(),
        spec.correlationId(),
        spec.traceparent(),
        exchanges);
  }

  /** What a coordinator needs to place it. */
  CoordinatorProtocol.Offered offered() {
    boolean rejectable = spec.rejectIfLate() && starts == 0;
    return new CoordinatorProtocol.Offered(ref(), spec.labels(), spec.region(), rejectable);
  }

  /** Everything, or without payloads and decisions for lists. */
  TaskView view(boolean whole) {
    return new TaskView(
        taskId,
        state,
        generation,
        spec.route(),
        whole ? spec.input() : null,
        whole ? output : null,
        spec.priority(),
        createdAt,
        updatedAt,
        spec.deadlineAt(),
        spec.labels(),
        attempts,
        spec.maxAttempts(),
        spec.leaseMillis(),
        spec.correlationId(),
        spec.traceparent(),
        agentId,
        expiresAt,
        whole ? progress : null,
        whole && prompt != null ? new InputRequired(prompt, updatedAt) : null,
        failure,
        whole ? decisions.all() : List.of(),
        spec.redriveOf(),
        spec.region(),
        spec.rejectIfLate());
  }

  /** A copy to try an event on. */
  Task copy() {
    Task copy = new Task(taskId, spec, createdAt);
    copy.state = state;
    copy.generation = generation;
    copy.updatedAt = updatedAt;
    copy.attempts = attempts;
    copy.starts = starts;
    copy.retryAt = retryAt;
    copy.agentId = agentId;
    copy.leaseToken = leaseToken;
    copy.endedBy = endedBy;
    copy.expiresAt = expiresAt;
    copy.cancelAt = cancelAt;
    copy.progress = progress;
    copy.prompt = prompt;
    copy.exchanges = exchanges;
    copy.output = output;
    copy.failure = failure;
    copy.decisions.addAll(decisions);
    return copy;
  }
}

package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import java.util.ArrayList;
import java.util.List;

/** The journal format of {@link LedgerEvent}. Names and field order never change. */
enum LedgerEventCodec implements BlobCodec<LedgerEvent> {
  INSTANCE;

  private static final Priority[] PRIORITIES = {Priority.HIGH, Priority.NORMAL, Priority.LOW};

  @Override
  public String name(LedgerEvent event) {
    if (event instanceof LedgerEvent.Submitted) {
      return "submitted";
    } else if (event instanceof LedgerEvent.Started) {
      return "started";
    } else if (event instanceof LedgerEvent.Completed) {
      return "completed";
    } else if (event instanceof LedgerEvent.Extended) {
      return "extended";
    } else if (event instanceof LedgerEvent.AttemptFailed) {
      return "attempt-failed";
    } else if (event instanceof LedgerEvent.Released) {
      return "released";
    } else if (event instanceof LedgerEvent.InputRequired) {
      return "input-required";
    } else if (event instanceof LedgerEvent.Resumed) {
      return "resumed";
    } else if (event instanceof LedgerEvent.CancelRequested) {
      return "cancel-requested";
    } else if (event instanceof LedgerEvent.Canceled) {
      return "canceled";
    } else if (event instanceof LedgerEvent.Failed) {
      return "failed";
    } else if (event instanceof LedgerEvent.Forgotten) {
      return "forgotten";
    } else if (event instanceof LedgerEvent.KeyForgotten) {
      return "key-forgotten";
    } else if (event instanceof LedgerEvent.Rejected) {
      return "rejected";
    } else if (event instanceof LedgerEvent.Archived) {
      return "archived";
    }
    return "opened";
  }

  @Override
  public void write(LedgerEvent event, BlobWriter out) {
    if (event instanceof LedgerEvent.TaskEvent about) {
      out.text(about.taskId()).number(about.at());
    }
    if (event instanceof LedgerEvent.Submitted e) {
      out.number(e.contentHash());
      writeTask(e.task(), out);
    } else if (event instanceof LedgerEvent.Started e) {
      out.text(e.agentId()).text(e.leaseToken()).number(e.leaseMillis()).number(e.expiresAt());
      writeDecisions(e.decisions(), out);
    } else if (event instanceof LedgerEvent.Completed e) {
      out.bytes(e.output());
    } else if (event instanceof LedgerEvent.Extended e) {
      out.number(e.leaseMillis()).number(e.expiresAt()).optionalBytes(e.progress());
    } else if (event instanceof LedgerEvent.AttemptFailed e) {
      out.flag(e.byAgent()).text(e.code()).text(e.message()).number(e.retryAt());
    } else if (event instanceof LedgerEvent.InputRequired e) {
      out.bytes(e.prompt());
    } else if (event instanceof LedgerEvent.Resumed e) {
      out.bytes(e.input());
    } else if (event instanceof LedgerEvent.CancelRequested e) {
      out.number(e.forcedAt());
    } else if (event instanceof LedgerEvent.Failed e) {
      out.flag(e.byAgent()).text(e.code()).text(e.message()).flag(e.deadLettered());
    } else if (event instanceof LedgerEvent.Rejected e) {
      out.text(e.code()).text(e.message());
    } else if (event instanceof LedgerEvent.KeyForgotten e) {
      out.text(e.key()).number(e.at());
    } else if (event instanceof LedgerEvent.Archived e) {
      out.number(e.count()).number(e.at());
    } else if (event instanceof LedgerEvent.Opened e) {
      out.number(e.epoch()).number(e.at());
    }
  }

  @Override
  public LedgerEvent read(String name, BlobReader in) {
    if (name.equals("key-forgotten")) {
      return new LedgerEvent.KeyForgotten(in.text(), in.number());
    } else if (name.equals("archived")) {
      return new LedgerEvent.Archived(in.count(), in.number());
    } else if (name.equals("opened")) {
      return new LedgerEvent.Opened(in.number(), in.number());
    }
    String id = in.text();
    long at = in.number();
    return switch (name) {
      case "submitted" -> {
        long contentHash = in.number();
        yield new LedgerEvent.Submitted(id, readTask(in), contentHash, at);
      }
      case "started" ->
          new LedgerEvent.Started(
              id, in.text(), in.text(), in.number(), in.number(), readDecisions(in), at);
      case "completed" -> new LedgerEvent.Completed(id, in.bytes(), at);
      case "extended" ->
          new LedgerEvent.Extended(id, in.number(), in.number(), in.optionalBytes(), at);
      case "attempt-failed" ->
          new LedgerEvent.AttemptFailed(id, in.flag(), in.text(), in.text(), in.number(), at);
      case "released" -> new LedgerEvent.Released(id, at);
      case "input-required" -> new LedgerEvent.InputRequired(id, in.bytes(), at);
      case "resumed" -> new LedgerEvent.Resumed(id, in.bytes(), at);
      case "cancel-requested" -> new LedgerEvent.CancelRequested(id, in.number(), at);
      case "canceled" -> new LedgerEvent.Canceled(id, at);
      case "failed" -> new LedgerEvent.Failed(id, in.flag(), in.text(), in.text(), in.flag(), at);
      case "rejected" -> new LedgerEvent.Rejected(id, in.text(), in.text(), at);
      case "forgotten" -> new LedgerEvent.Forgotten(id, at);
      default ->
          throw new IllegalArgumentException(
              "Unknown ledger event '" + name + "': the journal was written by a newer version");
    };
  }

  static void writeTask(NewTask task, BlobWriter out) {
    out.text(task.route().key())
        .bytes(task.input())
        .number(priorityNumber(task.priority()))
        .number(task.deadlineAt())
        .textMap(task.labels())
        .number(task.maxAttempts())
        .number(task.leaseMillis())
        .optionalText(task.correlationId())
        .optionalText(task.traceparent())
        .optionalText(task.idempotencyKey())
        .optionalText(task.redriveOf())
        .optionalText(task.region())
        .flag(task.rejectIfLate());
  }

  static NewTask readTask(BlobReader in) {
    return new NewTask(
        Route.ofKey(in.text()),
        in.bytes(),
        PRIORITIES[in.count()],
        in.number(),
        in.textMap(),
        in.count(),
        in.number(),
        in.optionalText(),
        in.optionalText(),
        in.optionalText(),
        in.more() ? in.optionalText() : null,
        in.more() ? in.optionalText() : null,
        in.more() && in.flag());
  }

  static void writeDecisions(List<Decision> decisions, BlobWriter out) {
    out.number(decisions.size());
    for (Decision decision : decisions) {
      out.number(decision.at())
          .text(decision.kind().name())
          .optionalText(decision.agentId())
          .text(decision.reason());
    }
  }

  static List<Decision> readDecisions(BlobReader in) {
    int count = in.count();
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      decisions.add(
          new Decision(
              in.number(), Decision.Kind.valueOf(in.text()), in.optionalText(), in.text()));
    }
    return decisions;
  }

  private static int priorityNumber(Priority priority) {
    return switch (priority) {
      case HIGH -> 0;
      case NORMAL -> 1;
      case LOW -> 2;
    };
  }
}

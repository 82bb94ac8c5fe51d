package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.coordinator.TaskProtocol.LeaseCanceled;
import io.longshore.coordinator.TaskProtocol.LeaseDone;
import io.longshore.coordinator.TaskProtocol.LeaseLost;
import io.longshore.coordinator.TaskProtocol.LeaseReply;
import io.longshore.coordinator.TaskProtocol.LedgerFull;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What became of leases that an agent wanted to end or to prolong. */
final class SettledLeases {
  private SettledLeases() {}

  /** One lease and its answer. */
  record Settled(String taskId, Answer<LeaseReply> answer) {

    /** Whether the answer is a reply of this kind. */
    boolean is(Class<? extends LeaseReply> kind) {
      return answer instanceof Replied<LeaseReply> replied && kind.isInstance(replied.reply());
    }

    boolean failed() {
      return !is(LeaseDone.class) && !is(LeaseCanceled.class);
    }

    /** Why it failed. */
    Problem problem() {
      if (!(answer instanceof Replied<LeaseReply> replied)) {
        return Problems.unanswered(answer);
      }
      if (replied.reply() instanceof LeaseLost lost) {
        return Problem.of(
            ProblemType.LEASE_LOST, "Stop working on the task: " + lost.reason() + ".");
      }
      if (replied.reply() instanceof LedgerFull full) {
        return Problem.of(
                ProblemType.LEDGER_FULL,
                ("A part of the ledger is at its limit of %s. The lease goes on: extend it and send"
                        + " the same again later.")
                    .formatted(full.limit()))
            .withRetryAfter(Duration.ofMillis(full.retryAfterMillis()));
      }
      throw new IllegalArgumentException("It has not failed");
    }
  }

  /** The response: each lease in its list; one alone that failed is a problem. */
  static HttpResponse response(List<Settled> leases) {
    if (leases.size() == 1 && leases.get(0).failed()) {
      return Responses.problem(leases.get(0).problem());
    }
    return Responses.json(200, out -> write(out, leases));
  }

  private static void write(JsonGenerator out, List<Settled> leases) throws IOException {
    out.writeStartObject();
    writeFields(out, leases);
    out.writeEndObject();
  }

  /** Writes the three lists. */
  static void writeFields(JsonGenerator out, List<Settled> leases) throws IOException {
    out.writeArrayFieldStart("succeeded");
    for (Settled lease : leases) {
      if (lease.answer() instanceof Replied<LeaseReply> replied
          && replied.reply() instanceof LeaseDone done) {
        out.writeStartObject();
        out.writeStringField("taskId", done.taskId());
        Json.instant(out, "expiresAt", done.expiresAt());
        out.writeEndObject();
      }
    }
    out.writeEndArray();
    out.writeArrayFieldStart("failed");
    for (Settled lease : leases) {
      if (lease.failed()) {
        out.writeStartObject();
        out.writeStringField("taskId", lease.taskId());
        out.writeFieldName("problem");
        lease.problem().writeTo(out);
        out.writeEndObject();
      }
    }
    out.writeEndArray();
    out.writeArrayFieldStart("canceled");
    for (Settled lease : leases) {
      if (lease.is(LeaseCanceled.class)) {
        out.writeStartObject();
        out.writeStringField("taskId", lease.taskId());
        out.writeEndObject();
      }
    }
    out.writeEndArray();
  }
}

package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.agents.Sent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** What became of the messages of one call, and the answer that says so. */
final class SentMessages {
  private static final int MAX_PROBLEMS = 20;

  // By far the most frequent answer, so it is there already.
  private static final HttpResponse ONE_ACCEPTED = new SentMessages(1).counts();

  private final List<Refusal> problems = new ArrayList<>();
  private long accepted;
  private long refused;
  private long dropped;
  private long unknown;
  private @Nullable Problem first;

  SentMessages() {
    this(0);
  }

  private SentMessages(int accepted) {
    this.accepted = accepted;
  }

  /** Some lines of which some were refused. */
  private record Refusal(int line, int lastLine, int refused, Problem problem) {}

  /** The answer about one message, or one topic. */
  static HttpResponse response(Sent sent) {
    if (sent.accepted() == 1 && sent.refused() == 0 && sent.dropped() == 0 && sent.unknown() == 0) {
      return ONE_ACCEPTED;
    }
    SentMessages all = new SentMessages();
    all.add(sent, 0, 0);
    return all.response();
  }

  /** Counts what became of the messages of these lines; line 0 for a call without lines. */
  synchronized void add(Sent sent, int line, int lastLine) {
    accepted += sent.accepted();
    dropped += sent.dropped();
    unknown += sent.unknown();
    if (sent.refused() > 0) {
      refuse(sent.refused(), refusal(sent), line, lastLine);
    }
  }

  /** Counts messages that were refused. */
  synchronized void refuse(int count, Problem problem, int line, int lastLine) {
    refused += count;
    if (first == null || (first.retryAfter() == null && problem.retryAfter() != null)) {
      first = problem;
    }
    if (line > 0 && problems.size() < MAX_PROBLEMS) {
      problems.add(new Refusal(line, lastLine, count, problem));
    }
  }

  /**
   * The answer: the counts, or if none was accepted why. Messages that are dropped by their
   * mailbox's own policy are no failure.
   */
  synchronized HttpResponse response() {
    if (accepted + dropped == 0 && first != null) {
      return Responses.problem(first);
    }
    if (accepted + dropped == 0 && unknown > 0) {
      return Responses.problem(Problems.indeterminate(Duration.ofSeconds(1)));
    }
    return counts();
  }

  /** How many were accepted, for an answer about a failure. */
  synchronized long accepted() {
    return accepted;
  }

  private HttpResponse counts() {
    return Responses.json(202, this::write);
  }

  private void write(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeNumberField("accepted", accepted);
    out.writeNumberField("refused", refused);
    if (dropped > 0) {
      out.writeNumberField("dropped", dropped);
    }
    if (unknown > 0) {
      out.writeNumberField("unknown", unknown);
    }
    if (!problems.isEmpty()) {
      out.writeArrayFieldStart("problems");
      for (Refusal refusal : problems) {
        out.writeStartObject();
        out.writeNumberField("line", refusal.line());
        if (refusal.lastLine() > refusal.line()) {
          out.writeNumberField("lastLine", refusal.lastLine());
        }
        out.writeNumberField("refused", refusal.refused());
        out.writeFieldName("problem");
        refusal.problem().writeTo(out);
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  /** Why messages were refused. */
  private static Problem refusal(Sent sent) {
    Duration retryAfter = Duration.ofMillis(sent.retryAfterMillis());
    Sent.Reason why = sent.why() == null ? Sent.Reason.BUSY : sent.why();
    return switch (why) {
      case MAILBOX_FULL ->
          problem(
              ProblemType.MAILBOX_FULL,
              "The mailbox holds as many messages of this priority, or as many bytes, as it may.",
              retryAfter);
      case SENDER_SHARE ->
          problem(
              ProblemType.MAILBOX_FULL,
              "The mailbox is more than half full, and this sender has its share of it.",
              retryAfter);
      case NODE_FULL ->
          problem(
              ProblemType.OVERLOADED,
              "The mailbox's node holds as many bytes of messages as it may.",
              retryAfter);
      case BUSY ->
          problem(
              ProblemType.OVERLOADED,
              "The mailbox has more to do than it may keep, or its node is about to leave.",
              retryAfter);
      case IN_FLIGHT ->
          problem(
              ProblemType.OVERLOADED,
              "As many messages of this node are on their way as may be.",
              retryAfter);
      case NOBODY_READS ->
          problem(
              ProblemType.NO_READER,
              "There are agents of this capability, but nobody reads their messages.",
              retryAfter);
    };
  }

  private static Problem problem(ProblemType type, String detail, Duration retryAfter) {
    return Problem.of(type, detail + " Send it again later.").withRetryAfter(retryAfter);
  }
}

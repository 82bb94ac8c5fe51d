package io.longshore.gateway;

import io.longshore.agents.Lease;
import io.longshore.agents.TaskFailure;
import io.longshore.agents.WebhookSender.Done;
import io.longshore.agents.WebhookSender.Failed;
import io.longshore.agents.WebhookSender.Later;
import io.longshore.agents.WebhookSender.Reply;
import io.longshore.agents.WebhookSender.Result;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook's answer means for the tasks that were sent; {@code docs/webhooks.md} says it to
 * users.
 */
final class WebhookAnswer {
  private static final int MAX_MESSAGE = 2_000;
  private static final Set<Integer> TRY_AGAIN = Set.of(408, 425, 429);

  /** They speak of the endpoint, not of the task: it is in the wrong place or locked. */
  private static final Set<Integer> MISPLACED = Set.of(401, 403, 404, 405, 407, 410);

  private final int status;
  private final @Nullable Long retryAfterMillis;
  private final byte[] body;

  /**
   * An answer.
   *
   * @param retryAfter the header of this name
   * @param longest more than this it may not ask for
   */
  WebhookAnswer(int status, @Nullable String retryAfter, byte[] body, Duration longest, long now) {
    this.status = status;
    this.retryAfterMillis = retryAfterMillis(retryAfter, longest.toMillis(), now);
    this.body = body;
  }

  /**
   * What it means.
   *
   * @param batch whether it answers a request for several tasks
   */
  Reply reply(List<Lease> leases, boolean batch) {
    if (status == 202) {
      return new Reply(true, Collections.nCopies(leases.size(), new Later()));
    }
    if (status >= 200 && status < 300) {
      return new Reply(true, batch ? results(leases) : List.of(output()));
    }
    boolean tryAgain = status >= 500 || TRY_AGAIN.contains(status);
    boolean misplaced = status < 400 || MISPLACED.contains(status);
    Failed failed = new Failed(failure(tryAgain));
    return new Reply(!tryAgain && !misplaced, Collections.nCopies(leases.size(), failed));
  }

  /** What the status says, unless the body says more. */
  private TaskFailure failure(boolean tryAgain) {
    Said said = new Said("webhook-status", "the webhook answered " + status, tryAgain);
    try {
      Document.read(body, new Violations(), in -> in.object(name -> said.field(name, in)));
    } catch (ProblemException notJson) {
      return new TaskFailure(said.code, said.message, said.retryable, retryAfterMillis);
    }
    return said.failure(retryAfterMillis);
  }

  private Result output() {
    return isBlank() ? new Done(Json.nothing()) : checked(body);
  }

  private static Result checked(byte[] output) {
    try {
      if (Text.isUtf8(output)) {
        return new Done(Document.read(output, new Violations(), in -> in.raw(Integer.MAX_VALUE)));
      }
    } catch (ProblemException notJson) {
      // Said below.
    }
    return invalid("its answer is not one JSON value");
  }

  private static Failed invalid(String what) {
    return new Failed(TaskFailure.permanent("invalid-output", what));
  }

  private boolean isBlank() {
    for (byte b : body) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  /** The results of a batch, in the order of the leases. */
  private List<Result> results(List<Lease> leases) {
    Map<String, Result> byTask = new HashMap<>();
    Result otherwise =
        new Failed(
            TaskFailure.retryable("webhook-no-result", "the webhook's answer has no result for it")
                .after(retryAfterMillis));
    try {
      if (!Text.isUtf8(body)) {
        throw new ProblemException(Problem.of(ProblemType.MALFORMED_REQUEST, "not UTF-8"));
      }
      Document.read(
          body,
          new Violations(),
          in ->
              in.object(
                  name -> {
                    if (name.equals("results")) {
                      in.array(Integer.MAX_VALUE, () -> result(in, byTask));
                    } else {
                      pass(in);
                    }
                  }));
    } catch (ProblemException notJson) {
      otherwise = invalid("the webhook's answer to a batch is not JSON");
    }
    List<Result> results = new ArrayList<>(leases.size());
    for (Lease lease : leases) {
      results.add(byTask.getOrDefault(lease.taskId(), otherwise));
    }
    return results;
  }

  private static void result(BodyReader in, Map<String, Result> byTask) throws IOException {
    Said said = new Said(TaskFailure.AGENT_ERROR, "the webhook says no more", true);
    in.object(name -> said.field(name, in));
    if (said.taskId != null) {
      byTask.put(said.taskId, said.failed ? new Failed(said.failure(null)) : new Done(said.output));
    }
  }

  private static void pass(BodyReader in) throws IOException {
    in.raw(Integer.MAX_VALUE);
  }

  private static @Nullable Long retryAfterMillis(@Nullable String header, long longest, long now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    try {
      long millis =
          text.chars().allMatch(c -> c >= '0' && c <= '9')
              ? Math.multiplyExact(Long.parseLong(text), 1_000L)
              : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                      .toInstant()
                      .toEpochMilli()
                  - now;
      return Math.max(0, Math.min(longest, millis));
    } catch (NumberFormatException | ArithmeticException tooLong) {
      return longest;
    } catch (DateTimeException neither) {
      return null;
    }
  }

  /** One result of a batch, or the body of an error. What is not known is passed over. */
  private static final class Said {
    private @Nullable String taskId;
    private byte[] output = Json.nothing();
    private boolean failed;
    private String code;
    private String message;
    private boolean retryable;
    private @Nullable Long retryAfterMillis;

    Said(String code, String message, boolean retryable) {
      this.code = code;
      this.message = message;
      this.retryable = retryable;
    }

    void field(String name, BodyReader in) throws IOException {
      switch (name) {
        case "taskId" -> taskId = in.id();
        case "output" -> output = in.raw(Integer.MAX_VALUE);
        case "error" -> failed = in.object(field -> error(field, in)) || failed;
        case "retryable" -> retryable = in.bool(retryable);
        case "retryAfterSeconds" ->
            retryAfterMillis = in.seconds(Duration.ZERO, Duration.ofDays(7));
        default -> pass(in);
      }
    }

    private void error(String name, BodyReader in) throws IOException {
      switch (name) {
        case "code" -> {
          String said = in.text(MAX_MESSAGE);
          code = said != null && Text.isId(said) ? said : code;
        }
        case "message" -> {
          String said = in.text(Integer.MAX_VALUE);
          message = said == null ? message : Text.repaired(said);
        }
        default -> pass(in);
      }
    }

    TaskFailure failure(@Nullable Long otherwise) {
      return new TaskFailure(
          code, message, retryable, retryAfterMillis == null ? otherwise : retryAfterMillis);
    }
  }
}

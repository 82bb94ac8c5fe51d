package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node answered, and its answer is no: {@code application/problem+json}, as far as it was. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient JsonNode problem;
  private final transient @Nullable Duration retryAfter;

  /**
   * A refusal.
   *
   * @param retryAfter when the node says it is worth trying again
   */
  ApiException(int status, JsonNode problem, @Nullable Duration retryAfter) {
    super(describe(status, problem));
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** A refusal of one item of many, as the answer tells it. */
  public static ApiException of(JsonNode problem) {
    return new ApiException(problem.path("status").asInt(), problem, null);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What is wrong, in few words. */
  String title() {
    return title(status, problem);
  }

  /** The problem as it was sent; a missing node if there was none. */
  public JsonNode problem() {
    return problem;
  }

  /** Whether the problem is of this kind: the last word of its {@code type}. */
  public boolean is(String type) {
    return isProblem(problem, type);
  }

  /** Whether the node was too busy and nothing speaks against asking again. */
  public boolean isBusy() {
    return status == 429 || status == 503;
  }

  /** When the node says it is worth trying again; null if it does not say. */
  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether a problem is of this kind: the last word of its {@code type}. */
  static boolean isProblem(JsonNode problem, String type) {
    String actual = problem.path("type").asText();
    return actual.substring(actual.lastIndexOf('/') + 1).equals(type);
  }

  /** Whether a problem says to ask again later. */
  static boolean isBusy(JsonNode problem) {
    int status = problem.path("status").asInt();
    return status == 429 || status == 503;
  }

  /**
   * A problem in words: the title and the detail, or a line for each error and where it is. The
   * detail alone tells what is not there.
   */
  static String describe(int status, JsonNode problem) {
    String detail = problem.path("detail").asText("");
    if (status == 404 && !detail.isEmpty()) {
      return detail;
    }
    StringBuilder text = new StringBuilder(title(status, problem));
    JsonNode errors = problem.path("errors");
    if (!detail.isEmpty() && errors.isEmpty()) {
      text.append(": ").append(detail);
    }
    for (JsonNode error : errors) {
      String where = where(error);
      text.append("\n  ").append(where).append(where.isEmpty() ? "" : " ");
      text.append(error.path("detail").asText(""));
    }
    return text.toString();
  }

  private static String title(int status, JsonNode problem) {
    String title = problem.path("title").asText("");
    return title.isEmpty() ? "The node answered " + status : title;
  }

  private static String where(JsonNode error) {
    for (String member : List.of("pointer", "parameter", "header")) {
      if (error.hasNonNull(member)) {
        return error.path(member).asText();
      }
    }
    return "";
  }
}

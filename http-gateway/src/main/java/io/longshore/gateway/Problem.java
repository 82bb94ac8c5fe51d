package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.registry.Nearest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not done, as RFC 9457 tells it.
 *
 * @param type which kind
 * @param detail what happened this time and what to do about it
 * @param errors each single thing that was wrong, for {@link ProblemType#INVALID_REQUEST}
 * @param retryAfter when trying again makes sense
 * @param instance identifies this occurrence, where somebody may want to ask about it
 * @param alternatives what there is instead of what was wanted
 */
record Problem(
    ProblemType type,
    String detail,
    List<Violation> errors,
    @Nullable Duration retryAfter,
    @Nullable String instance,
    List<Nearest.Alternative> alternatives) {

  static Problem of(ProblemType type, String detail) {
    return new Problem(type, detail, List.of(), null, null, List.of());
  }

  Problem withDetail(String other) {
    return new Problem(type, other, errors, retryAfter, instance, alternatives);
  }

  Problem withErrors(List<Violation> more) {
    return new Problem(type, detail, more, retryAfter, instance, alternatives);
  }

  Problem withRetryAfter(Duration delay) {
    return new Problem(type, detail, errors, delay, instance, alternatives);
  }

  Problem withInstance(String uri) {
    return new Problem(type, detail, errors, retryAfter, uri, alternatives);
  }

  Problem withAlternatives(List<Nearest.Alternative> others) {
    return new Problem(type, detail, errors, retryAfter, instance, others);
  }

  /** The delay as {@code Retry-After} has it: whole seconds, rounded up, at least 1. */
  static long retryAfterSeconds(Duration delay) {
    return Math.max(1, delay.plusNanos(999_999_999).toSeconds());
  }

  void writeTo(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("type", type.uri());
    out.writeStringField("title", type.title());
    out.writeNumberField("status", type.status());
    out.writeStringField("detail", detail);
    if (instance != null) {
      out.writeStringField("instance", instance);
    }
    if (retryAfter != null) {
      out.writeNumberField("retryAfterSeconds", retryAfterSeconds(retryAfter));
    }
    if (!errors.isEmpty()) {
      out.writeArrayFieldStart("errors");
      for (Violation error : errors) {
        out.writeStartObject();
        out.writeStringField(error.where().member(), error.at());
        out.writeStringField("detail", error.detail());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    if (!alternatives.isEmpty()) {
      Placeable.write(out, alternatives);
    }
    out.writeEndObject();
  }
}

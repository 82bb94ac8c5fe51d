package io.longshore.gateway;

import io.longshore.agents.MessageId;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;

/** The request headers that submissions know. */
final class Headers {
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");
  private static final Pattern TRACEPARENT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
  private static final Pattern EVENT_ID = Pattern.compile("[0-9]{1,18}");
  private static final Pattern WAIT =
      Pattern.compile(
          "(?:^|,)\\s*wait\\s*=\\s*\"?([0-9]{1,9})\"?\\s*(?:[,;]|$)", Pattern.CASE_INSENSITIVE);

  private Headers() {}

  /** The key under which the same submission is the same task; null if there is none. */
  static @Nullable String idempotencyKey(Call call, Violations violations) {
    String key = call.header("Idempotency-Key");
    if (key != null && !KEY.matcher(key).matches()) {
      violations.header(
          "Idempotency-Key", "must be 1 to 200 visible ASCII characters without spaces");
    }
    return key;
  }

  /**
   * The W3C trace context; null if there is none, or none that is valid: then it is to be ignored.
   */
  static @Nullable String traceparent(Call call) {
    String value = call.header("traceparent");
    return value != null && TRACEPARENT.matcher(value).matches() ? value : null;
  }

  /** The generation a stream was read up to; -1 if it is read from the present state on. */
  static long lastEventId(Call call, Violations violations) {
    String id = call.header("Last-Event-ID");
    if (id == null || id.isEmpty()) {
      return -1;
    }
    if (!EVENT_ID.matcher(id).matches()) {
      violations.header("Last-Event-ID", "must be the id of an event of this stream, a number");
      return -1;
    }
    return Long.parseLong(id);
  }

  /** The message up to which a stream was read; null if it is read from what waits on. */
  static @Nullable MessageId lastMessageId(Call call, Violations violations) {
    String text = call.header("Last-Event-ID");
    if (text == null || text.isEmpty()) {
      return null;
    }
    MessageId id = MessageId.parse(text);
    if (id == null) {
      violations.header("Last-Event-ID", "must be the id of a message of this agent");
    }
    return id;
  }

  /** How long {@code Prefer: wait} would wait, at most {@code max}; zero if it does not say. */
  static Duration preferredWait(Call call, Duration max) {
    for (HttpHeader header : call.request().getHeaders()) {
      if (header.is("prefer")) {
        Matcher wait = WAIT.matcher(header.value());
        if (wait.find()) {
          Duration asked = Duration.ofSeconds(Long.parseLong(wait.group(1)));
          return asked.compareTo(max) < 0 ? asked : max;
        }
      }
    }
    return Duration.ZERO;
  }
}

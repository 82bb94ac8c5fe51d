package io.longshore.persistence;

import java.time.Duration;
import java.util.function.Function;

/**
 * What came of a command sent to a partition: its reply, a refusal before it was sent, or silence.
 *
 * <p>The difference matters for retries. {@link Overloaded} and {@link Unavailable} promise that
 * the command had no effect; {@link Indeterminate} promises nothing, so only an idempotent command
 * may be sent again.
 *
 * @param <R> the reply of the command
 */
public sealed interface Answer<R> {

  /** When it makes sense to send the command again; zero if there is a reply. */
  Duration retryAfter();

  /** The partition decided the command and committed whatever that decision changed. */
  record Replied<R>(R reply) implements Answer<R> {
    @Override
    public Duration retryAfter() {
      return Duration.ZERO;
    }
  }

  /** Refused before it was sent; nothing has changed. Room is expected after {@code retryAfter}. */
  record Overloaded<R>(Duration retryAfter) implements Answer<R> {}

  /**
   * Refused before it was sent, because the partition has not answered lately: it moves to another
   * node, or the database does not answer. Nothing has changed.
   */
  record Unavailable<R>(Duration retryAfter) implements Answer<R> {}

  /** No reply in time or the commit failed: the command may or may not have taken effect. */
  record Indeterminate<R>(Duration retryAfter) implements Answer<R> {}

  /** The same outcome with the reply, if there is one, turned into something else. */
  default <T> Answer<T> map(Function<? super R, ? extends T> f) {
    if (this instanceof Replied<R> replied) {
      return new Replied<>(f.apply(replied.reply()));
    }
    if (this instanceof Overloaded<R> overloaded) {
      return new Overloaded<>(overloaded.retryAfter());
    }
    if (this instanceof Unavailable<R> unavailable) {
      return new Unavailable<>(unavailable.retryAfter());
    }
    return new Indeterminate<>(((Indeterminate<R>) this).retryAfter());
  }
}

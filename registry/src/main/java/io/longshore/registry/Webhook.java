package io.longshore.registry;

import org.jspecify.annotations.Nullable;

/**
 * Where an agent's tasks are sent as HTTP requests, and how. Its text form leaves the secret out.
 *
 * @param url absolute, http or https
 * @param timeoutMillis how long a request may take, its answer included
 * @param cacheMillis how long a result stands in for the same work; 0 for not at all
 * @param batchMax most tasks in one request; 1 for a request each
 * @param batchWaitMillis how long a task waits at most for others to share its request
 * @param secret signs the requests, {@code whsec_} and base64; null for unsigned ones. Told by the
 *     agent's owner and to nobody. In a registration, null leaves it as it is and {@link
 *     #NO_SECRET} removes it
 */
public record Webhook(
    String url,
    long timeoutMillis,
    long cacheMillis,
    int batchMax,
    long batchWaitMillis,
    @Nullable String secret) {

  /** In a registration: from now on unsigned. */
  public static final String NO_SECRET = "";

  private static final int OVERHEAD = 64;

  public Webhook {
    if (timeoutMillis < 1 || cacheMillis < 0 || batchMax < 1 || batchWaitMillis < 0) {
      throw new IllegalArgumentException(
          "a webhook's time-out and batch are at least 1, its other times at least 0");
    }
  }

  /** Whether its requests carry a signature. */
  public boolean signed() {
    return secret != null && !secret.equals(NO_SECRET);
  }

  /** What is kept of this registration where that one is known already. */
  Webhook after(@Nullable Webhook known) {
    if (secret == null) {
      return withSecret(known == null ? null : known.secret);
    }
    return secret.equals(NO_SECRET) ? withSecret(null) : this;
  }

  private Webhook withSecret(@Nullable String other) {
    return new Webhook(url, timeoutMillis, cacheMillis, batchMax, batchWaitMillis, other);
  }

  /** A rough size in bytes. */
  int weight() {
    return OVERHEAD + url.length() + (secret == null ? 0 : secret.length());
  }

  @Override
  public String toString() {
    return "Webhook[url=%s, timeoutMillis=%d, cacheMillis=%d, batchMax=%d, batchWaitMillis=%d, %s]"
        .formatted(
            url,
            timeoutMillis,
            cacheMillis,
            batchMax,
            batchWaitMillis,
            signed() ? "signed" : "unsigned");
  }
}

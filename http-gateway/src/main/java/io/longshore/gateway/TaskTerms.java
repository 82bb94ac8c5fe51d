package io.longshore.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What holds for all tasks of one request.
 *
 * @param rules what tasks have and may ask for
 * @param maxInputBytes of one task
 * @param now when the request came, epoch milliseconds
 * @param traceparent of the request
 */
record TaskTerms(
    GatewaySettings.TaskRules rules, int maxInputBytes, long now, @Nullable String traceparent) {

  /** Of tasks that do not name one; null for anywhere. */
  @Nullable String region() {
    return rules.region().isEmpty() ? null : rules.region();
  }
}

package io.longshore.agents;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The limits of those who work from inside the node; {@code reference.conf} says what each one
 * costs.
 *
 * @param handlerTimeout how long a handler may take for a task
 * @param maxOutput most bytes of a result, a question or a word of progress
 * @param leaveTimeout how long a node that leaves lets work go on
 * @param webhook the limits of webhooks
 */
public record WorkerSettings(
    Duration handlerTimeout, int maxOutput, Duration leaveTimeout, WebhookSettings webhook) {

  private static final String NAMESPACE = "longshore.agents";

  /**
   * Checks every limit.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   */
  public WorkerSettings {
    positive(handlerTimeout.toMillis(), "handler-timeout");
    positive(maxOutput, "max-output");
    positive(leaveTimeout.toMillis(), "leave-timeout");
  }

  /**
   * The settings under {@code longshore.agents} of an application's configuration.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   * @throws com.typesafe.config.ConfigException if one is missing or not of its type
   */
  public static WorkerSettings from(Config application) {
    Config config = application.getConfig(NAMESPACE);
    return new WorkerSettings(
        config.getDuration("handler-timeout"),
        (int) Math.min(Integer.MAX_VALUE, config.getBytes("max-output")),
        config.getDuration("leave-timeout"),
        WebhookSettings.from(application));
  }

  private static void positive(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException("%s.%s must be positive".formatted(NAMESPACE, name));
    }
  }
}

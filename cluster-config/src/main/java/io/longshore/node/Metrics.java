package io.longshore.node;

import com.typesafe.config.Config;
import java.util.function.LongSupplier;
import kamon.Kamon;
import kamon.metric.Metric;
import kamon.prometheus.PrometheusReporter;
import org.jspecify.annotations.Nullable;

/**
 * The process's metrics, collected by Kamon and served as Prometheus text. Works without Kamon's
 * Java agent, which only adds instrumentation of libraries.
 */
final class Metrics {
  private static @Nullable Metrics started;
  private final PrometheusReporter reporter;

  private Metrics(Config config) {
    Kamon.initWithoutAttaching(config);
    reporter = new PrometheusReporter(PrometheusReporter.DefaultConfigPath(), config);
    Kamon.addReporter("longshore-metrics", reporter);
  }

  /** Starts Kamon, once in a process however many nodes run in it. */
  static synchronized Metrics start(Config config) {
    if (started == null) {
      started = new Metrics(config);
    }
    return started;
  }

  /** Has a gauge follow a value, read whenever metrics are collected. */
  void gauge(String name, String description, LongSupplier value) {
    var unused =
        Kamon.gauge(name, description)
            .withoutTags()
            .autoUpdate(
                gauge -> {
                  gauge.update((double) value.getAsLong());
                  return scala.runtime.BoxedUnit.UNIT;
                });
  }

  /** A gauge whose values are set, one for each combination of tags. */
  Metric.Gauge gauge(String name, String description) {
    return Kamon.gauge(name, description);
  }

  /** A counter, one for each combination of tags. */
  Metric.Counter counter(String name, String description) {
    return Kamon.counter(name, description);
  }

  /** All metrics in the text format of Prometheus, as of the last tick. */
  String text() {
    return reporter.scrapeData();
  }
}

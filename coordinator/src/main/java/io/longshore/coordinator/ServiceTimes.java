package io.longshore.coordinator;

import java.util.random.RandomGenerator;

/**
 * How long tasks of a simulated fleet take on an agent of common speed.
 *
 * @param kind the distribution
 * @param meanMillis its mean
 * @param shape σ of the logarithm for {@link Kind#LOGNORMAL}, the exponent α for {@link
 *     Kind#PARETO}, of no matter for the others
 */
public record ServiceTimes(Kind kind, double meanMillis, double shape) {
  /** The longest of a Pareto distribution is so many times the shortest. */
  private static final double PARETO_RANGE = 1_000;

  /** The distributions. */
  public enum Kind {
    /** All alike. */
    CONSTANT,
    /** Without memory. */
    EXPONENTIAL,
    /** Most are short, some much longer; as measured of many services. */
    LOGNORMAL,
    /** A heavy tail, cut at a thousand times the shortest. */
    PARETO
  }

  public ServiceTimes {
    if (meanMillis < 1) {
      throw new IllegalArgumentException("A task takes 1 ms on average at least");
    }
    if (shape <= 0 || (kind == Kind.PARETO && shape == 1)) {
      throw new IllegalArgumentException("The shape must be positive, and not 1 for pareto");
    }
  }

  /** One task's time in milliseconds, at least 1. */
  int sample(RandomGenerator random) {
    double millis =
        switch (kind) {
          case CONSTANT -> meanMillis;
          case EXPONENTIAL -> meanMillis * random.nextExponential();
          case LOGNORMAL ->
              // The mean of a lognormal distribution is exp(µ + σ²/2).
              meanMillis * Math.exp(shape * random.nextGaussian() - shape * shape / 2);
          case PARETO -> pareto(random.nextDouble());
        };
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(millis)));
  }

  /**
   * The inverse of the bounded Pareto distribution's F(x) = (1 − (L/x)^α) ÷ (1 − (L/H)^α), with the
   * L that gives the mean.
   */
  private double pareto(double u) {
    double cut = 1 - Math.pow(PARETO_RANGE, -shape);
    double meanOfOne = shape / (shape - 1) * (1 - Math.pow(PARETO_RANGE, 1 - shape)) / cut;
    return meanMillis / meanOfOne * Math.pow(1 - u * cut, -1 / shape);
  }
}

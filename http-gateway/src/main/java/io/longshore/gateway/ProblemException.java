package io.longshore.gateway;

/**
 * Ends the handling of a request with a problem. Not a fault of this server, so without a trace.
 */
final class ProblemException extends RuntimeException {
  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}

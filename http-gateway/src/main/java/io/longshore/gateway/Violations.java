package io.longshore.gateway;

import io.longshore.gateway.Violation.Where;
import java.util.ArrayList;
import java.util.List;

/** Everything wrong with one request, gathered so that its sender hears of it all at once. */
final class Violations {
  private static final int MAX = 50;

  private final List<Violation> list = new ArrayList<>();

  void body(String pointer, String detail) {
    add(new Violation(Where.POINTER, pointer, detail));
  }

  void parameter(String name, String detail) {
    add(new Violation(Where.PARAMETER, name, detail));
  }

  void header(String name, String detail) {
    add(new Violation(Where.HEADER, name, detail));
  }

  private void add(Violation violation) {
    if (!full()) {
      list.add(violation);
    }
  }

  /** Whether more would not be kept, so that looking for them is a waste. */
  boolean full() {
    return list.size() >= MAX;
  }

  boolean none() {
    return list.isEmpty();
  }

  /** The problem they make together. */
  Problem problem() {
    String count = list.size() == 1 ? "One thing is" : list.size() + " things are";
    return Problem.of(ProblemType.INVALID_REQUEST, count + " wrong; see errors.")
        .withErrors(List.copyOf(list));
  }

  /**
   * Goes on only if there are none.
   *
   * @throws ProblemException if there are any
   */
  void check() {
    if (!none()) {
      throw new ProblemException(problem());
    }
  }
}

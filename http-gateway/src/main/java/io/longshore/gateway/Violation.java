package io.longshore.gateway;

/**
 * One thing that is wrong with a request.
 *
 * @param where in which part of it
 * @param at a JSON pointer into the body, or the name of the parameter or header
 * @param detail what is wrong and what would be right, without the subject: {@code must be a
 *     string}
 */
record Violation(Where where, String at, String detail) {
  private static final int MAX_AT = 256;

  Violation {
    if (at.length() > MAX_AT) {
      at = at.substring(0, MAX_AT);
    }
    at = Text.repaired(at);
  }

  /** The parts of a request; the name is the member that locates the violation. */
  enum Where {
    /** The body. */
    POINTER("pointer"),
    /** The query. */
    PARAMETER("parameter"),
    /** The headers. */
    HEADER("header");

    private final String member;

    Where(String member) {
      this.member = member;
    }

    String member() {
      return member;
    }
  }
}

package io.longshore.agents;

/**
 * Thrown by a {@link TaskHandler} that cannot go on without more input from the submitter. The
 * lease ends, the attempt does not count, and the task waits until the submitter has answered.
 */
public final class InputRequiredException extends Exception {
  private static final long serialVersionUID = 1L;

  private final byte[] prompt;

  /** Asks {@code prompt}, one JSON value as UTF-8. */
  public InputRequiredException(byte[] prompt) {
    super("more input is required");
    this.prompt = prompt.clone();
  }

  /** What the submitter is asked. */
  public byte[] prompt() {
    return prompt.clone();
  }
}

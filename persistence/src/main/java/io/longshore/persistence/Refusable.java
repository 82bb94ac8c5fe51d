package io.longshore.persistence;

/**
 * A message whose sender waits for an answer and can be told that there was no room for it. Where a
 * bounded queue of an actor drops it, {@link DroppedMail} has it refused, so that nobody is left to
 * time out.
 */
public interface Refusable {

  /**
   * Tells who waits for the answer that it was never delivered: nothing has changed. Called on
   * whatever thread found the queue full, so it sends a message and does nothing else.
   *
   * @param retryAfterMillis when room is expected
   */
  void refuse(long retryAfterMillis);

  /**
   * Tells who waits for the answer that it was never delivered, since what it was for moves to
   * another node: it goes again at once. Called like {@link #refuse}, which is called in its place
   * where this is false.
   *
   * @return whether who waits is told and sends it again
   */
  default boolean moved() {
    return false;
  }
}

package io.longshore.agents;

/**
 * Notices that the directory has long lacked an agent whose mailbox is alive: either it is
 * registered no more and the mailbox was not told, or this node's directory is behind. Only the
 * registry itself knows which, and is to be asked. Times are epoch milliseconds.
 */
final class Vanished {
  /** Longer than a directory that is complete is behind; and how long an answer is waited for. */
  static final long PATIENCE = 10_000;

  /** Since when it has been lacking, or when the registry was last asked; 0 if it is not. */
  private long since;

  /**
   * Whether to ask the registry now.
   *
   * @param lacking whether the directory lacks an agent that the mailbox knows
   */
  boolean isToAsk(boolean lacking, long now) {
    if (!lacking) {
      since = 0;
      return false;
    }
    if (since == 0) {
      since = now;
    }
    boolean asks = now - since >= PATIENCE;
    since = asks ? now : since;
    return asks;
  }
}

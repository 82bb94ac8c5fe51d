package io.longshore.agents;

/**
 * Whether an idle mailbox has asked its shard to stop it. What it took in between that and the stop
 * would be lost. A shard may ignore it: then the mailbox goes on as if it had not asked, and asks
 * again later. Times are epoch milliseconds.
 */
final class Passivation {
  private final long patience;

  /** By when the stop should have come; 0 if none was asked for. */
  private long stopsBy;

  /** Since when it may be asked for again. */
  private long asksFrom;

  /**
   * Nothing was asked for.
   *
   * @param patience how long the shard has time to stop it, and then until it is asked again
   */
  Passivation(long patience) {
    this.patience = patience;
  }

  /**
   * Whether an idle mailbox may ask for it now: not while its shard has time to stop it, and not
   * too soon after that was ignored, whatever made the mailbox look.
   */
  boolean mayBegin(long now) {
    return stopsBy == 0 && now >= asksFrom;
  }

  /** It was asked for. */
  void begin(long now) {
    stopsBy = now + patience;
  }

  /** Whether it was ignored; from now on nothing was asked for. */
  boolean isOver(long now) {
    if (stopsBy == 0 || now < stopsBy) {
      return false;
    }
    stopsBy = 0;
    asksFrom = now + patience;
    return true;
  }

  /**
   * When to look again, if the mailbox has nothing left in it; {@code Long.MAX_VALUE} for never.
   */
  long nextDue(boolean idle, long now) {
    if (stopsBy > 0) {
      return stopsBy;
    }
    if (!idle) {
      return Long.MAX_VALUE;
    }
    return now < asksFrom ? asksFrom : now + patience;
  }
}

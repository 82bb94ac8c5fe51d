package io.longshore.gateway;

import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A body while it comes. Only what has come takes up room: who announces a large body and sends
 * nothing takes none from others. What does not fit is read and forgotten, as most clients read no
 * answer before they have sent all.
 */
final class ArrivingBody {
  private static final byte[] NOTHING = {};

  private final Admission.Permit permit;
  private @Nullable GatheredBytes bytes;
  private @Nullable ProblemException full;

  ArrivingBody(Admission.Permit permit) {
    this.permit = permit;
  }

  /** The same body with more of it. */
  ArrivingBody with(ByteString more) {
    if (full == null) {
      try {
        permit.holds(more.size());
        bytes = bytes == null ? new GatheredBytes(more) : bytes.with(more);
      } catch (ProblemException e) {
        full = e;
        bytes = null;
        permit.letsGo();
      }
    }
    return this;
  }

  /**
   * All of it.
   *
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if it did not fit
   */
  byte[] bytes() {
    if (full != null) {
      throw full;
    }
    return bytes == null ? NOTHING : bytes.toArray();
  }
}

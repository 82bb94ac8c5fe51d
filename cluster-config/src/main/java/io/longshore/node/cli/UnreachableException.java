package io.longshore.node.cli;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** No answer of a node came. Unless nobody listens there, what was asked may have been done. */
public final class UnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean nobodyThere;

  private UnreachableException(String message, boolean nobodyThere, @Nullable Throwable cause) {
    super(message, cause);
    this.nobodyThere = nobodyThere;
  }

  /** Whether not even a connection was made, so that nothing can have been done. */
  boolean nobodyThere() {
    return nobodyThere;
  }

  /** No connection could be made. */
  static UnreachableException nobodyThere(URI url, IOException cause) {
    String why = cause instanceof UnknownHostException ? " (there is no such host)" : "";
    return new UnreachableException(
        "No Longshore node answers at %s%s. Start one with ./longshore serve, or give another --url."
            .formatted(url, why),
        true,
        cause);
  }

  /** The connection broke, or the node was silent. */
  static UnreachableException noAnswer(URI url, IOException cause) {
    String what =
        cause instanceof SocketTimeoutException
            ? "did not answer in time."
            : "broke the connection before it answered (" + cause.getMessage() + ").";
    return new UnreachableException("The node at " + url + " " + what, false, cause);
  }

  /** Something answered that is none. */
  static UnreachableException notANode(URI url) {
    return new UnreachableException(
        "What answers at " + url + " is not a Longshore node: it does not speak JSON.",
        false,
        null);
  }
}

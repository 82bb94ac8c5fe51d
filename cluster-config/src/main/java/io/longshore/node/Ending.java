package io.longshore.node;

import java.util.Optional;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.CoordinatedShutdown.Reason;

/** Why a node has stopped, and the exit code that tells whoever runs it. */
public enum Ending {
  /** It was told to. */
  ASKED(0, "The node has stopped."),

  /** The others go on without it. */
  DOWNED(
      3,
      "This node was removed from the cluster: it and the others could not reach each other, and the"
          + " other side goes on. Start it again and it joins anew."),

  /** It found no cluster. */
  NOT_JOINED(
      4,
      "This node could not join the cluster in time. Check that the seeds are right, that one of them"
          + " runs, and that this node and the others can reach each other's cluster ports"
          + " (with TLS on all of them or on none)."),

  /** The cluster's configuration is another one. */
  INCOMPATIBLE(
      2,
      "This node's configuration does not fit that of the cluster it tried to join; the log says"
          + " which keys. Start it with the others' values.");

  /** What the process exits with. */
  public final int exitCode;

  /** For people. */
  public final String message;

  Ending(int exitCode, String message) {
    this.exitCode = exitCode;
    this.message = message;
  }

  /** Why an actor system was shut down; nobody but a user says nothing. */
  static Ending of(Optional<Reason> reason) {
    if (reason.isEmpty()) {
      return ASKED;
    } else if (reason.get().equals(CoordinatedShutdown.clusterDowningReason())) {
      return DOWNED;
    } else if (reason.get().equals(CoordinatedShutdown.clusterJoinUnsuccessfulReason())) {
      return NOT_JOINED;
    } else if (reason.get().equals(CoordinatedShutdown.incompatibleConfigurationDetectedReason())) {
      return INCOMPATIBLE;
    }
    return ASKED;
  }
}

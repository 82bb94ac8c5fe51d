package io.longshore.persistence;

/**
 * A command that a partition decides, and that names its reply.
 *
 * <p>Commands travel between nodes, so every family of commands and replies is bound to a Jackson
 * serializer by its sealed root. A command must be idempotent: after an {@link
 * Answer.Indeterminate} its sender may send it again.
 *
 * @param <R> the sealed family of replies
 */
public interface PartitionCommand<R> {

  /** A rough size in bytes, counted against the buffers it passes through. */
  default int weight() {
    return 128;
  }
}

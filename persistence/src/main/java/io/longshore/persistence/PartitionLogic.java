package io.longshore.persistence;

import java.util.List;

/**
 * The decisions of one kind of partition, without actors, clocks or databases.
 *
 * <p>The state is mutable and confined to one partition. {@link #decide} only reads it; {@link
 * #evolve} is the only way it changes, and gives the same state whether an event was just decided
 * or is replayed. All times are epoch milliseconds.
 *
 * @param <S> the state
 * @param <C> the sealed family of commands
 * @param <E> the sealed family of events
 */
public interface PartitionLogic<S, C extends PartitionCommand<?>, E> {

  /** The state before the first event. */
  S empty();

  /** Decides one command at {@code now} against the state as all events so far have left it. */
  Verdict<E> decide(S state, C command, long now);

  /** Applies one event. */
  void evolve(S state, E event);

  /**
   * Events due by {@code now} without any command (expired leases, deadlines, retention), at most
   * {@code limit} of them. They are applied before this is called again.
   */
  default List<E> due(S state, long now, int limit) {
    return List.of();
  }

  /**
   * The event that opens a new incarnation of the partition, committed with its first write. It
   * lets a state tell what an earlier incarnation promised from what this one did.
   */
  default List<E> opened(S state, long now) {
    return List.of();
  }

  /** How events are written to and read from the journal. */
  BlobCodec<E> events();

  /** How the whole state is written to and read from a snapshot. */
  BlobCodec<S> snapshots();

  /**
   * Events to commit and the reply to give once they are.
   *
   * @param events in order; empty if the command changes nothing
   * @param reply of the family that the command names
   */
  record Verdict<E>(List<E> events, Object reply) {

    /** A reply that changes nothing. */
    public static <E, R> Verdict<E> reply(PartitionCommand<R> to, R reply) {
      return new Verdict<>(List.of(), (Object) reply);
    }

    /** A reply that is given once {@code event} is committed. */
    public static <E, R> Verdict<E> reply(PartitionCommand<R> to, R reply, E event) {
      return new Verdict<>(List.of(event), (Object) reply);
    }
  }
}

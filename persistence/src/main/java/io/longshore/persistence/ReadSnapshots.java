package io.longshore.persistence;

import java.util.function.Function;
import org.apache.pekko.persistence.typed.SnapshotAdapter;

/**
 * Snapshots are read by the plugin, which saves none: {@link Snapshots} does.
 *
 * @param restored the state of a snapshot
 * @param <S> the state
 */
record ReadSnapshots<S>(Function<StateSnapshot, S> restored) implements SnapshotAdapter<S> {
  @Override
  public Object toJournal(S state) {
    throw new IllegalStateException("Snapshots are not saved by the plugin");
  }

  @Override
  public S fromJournal(Object from) {
    return restored.apply((StateSnapshot) from);
  }
}

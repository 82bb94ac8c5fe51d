package io.longshore.persistence;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the state of one partition is worth a snapshot: once recovery would read more of the journal
 * than some times the state. Rare and by size, so that neither recovery nor the partition waits.
 *
 * @param <S> the state
 */
final class Saving<S> {
  private static final Logger log = LoggerFactory.getLogger(Saving.class);

  /**
   * What a row costs recovery beside its bytes, in bytes: a node that had just started needed 0.9 s
   * more for 16,000 rows of one task each, and 0.2 s more for 20 MB of events in 160 rows.
   */
  private static final int ROW_COST = 8 * 1024;

  /** Of what makes a snapshot worth it. */
  private static final double TRIED_AGAIN_AFTER = 0.25;

  private final String persistenceId;
  private final BlobCodec<S> codec;
  private final PartitionsSettings.Snapshot when;
  private final Store store;

  /** Bytes in the journal that recovery would have to read after the last snapshot. */
  private long journaled;

  private long snapshotSize;

  /** The first row that is written in this life of the partition. */
  private long firstRow;

  private final AtomicBoolean underWay = new AtomicBoolean();

  /** What counts again because a snapshot could not be stored. */
  private final AtomicLong unsaved = new AtomicLong();

  Saving(String persistenceId, BlobCodec<S> codec, PartitionsSettings.Snapshot when, Store store) {
    this.persistenceId = persistenceId;
    this.codec = codec;
    this.when = when;
    this.store = store;
  }

  /** Where snapshots are kept: {@link Snapshots#save}. */
  @FunctionalInterface
  interface Store {
    CompletionStage<Void> save(
        String persistenceId, long firstRow, long sequenceNumber, long now, byte[] state);
  }

  /** Recovery is over; this row will be the first to be written. */
  void begins(long sequenceNumber) {
    firstRow = sequenceNumber;
  }

  /** One more row is in the journal. */
  void journaled(EventBatch batch) {
    journaled += batch.blob().length + ROW_COST;
  }

  /** The state that recovery begins with. */
  S restored(StateSnapshot snapshot) {
    snapshotSize = snapshot.blob().length;
    return snapshot.state(codec);
  }

  /**
   * Saves the state as of an event that is committed, if it is time and nothing is being saved.
   * What could not be stored is tried again soon, but not with each commit: the database has
   * trouble.
   */
  void saveIfWorthIt(S state, long sequenceNumber, long now) {
    journaled += unsaved.getAndSet(0);
    double worth = Math.max((double) when.minJournal(), when.journalPerState() * snapshotSize);
    if (journaled < worth || !underWay.compareAndSet(false, true)) {
      return;
    }
    long spared = journaled;
    journaled = 0;
    byte[] snapshot;
    try {
      snapshot = StateSnapshot.of(state, codec, (int) snapshotSize).blob();
    } catch (RuntimeException e) {
      // What was committed stands, and the partition serves it.
      underWay.set(false);
      log.warn("{} is too large to be saved, or faulty; its journal grows", persistenceId, e);
      return;
    }
    snapshotSize = snapshot.length;
    var unused =
        store
            .save(persistenceId, firstRow, sequenceNumber, now, snapshot)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    unsaved.set((long) (spared * (1 - TRIED_AGAIN_AFTER)));
                    log.info("{} is not saved; its journal grows", persistenceId, failure);
                  }
                  underWay.set(false);
                });
  }
}

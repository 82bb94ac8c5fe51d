package io.longshore.coordinator;

import io.longshore.persistence.EventBatch;
import io.longshore.persistence.StateSnapshot;
import java.util.List;

/** States and events as they are stored. */
final class Blobs {
  private Blobs() {}

  static byte[] snapshot(LedgerState state) {
    return StateSnapshot.of(state, LedgerSnapshotCodec.INSTANCE).blob();
  }

  /** The state as a new incarnation would read it. */
  static LedgerState reread(LedgerState state) {
    return new StateSnapshot(snapshot(state)).state(LedgerSnapshotCodec.INSTANCE);
  }

  static byte[] journal(List<LedgerEvent> events) {
    return EventBatch.of(events, LedgerEventCodec.INSTANCE).blob();
  }

  static List<LedgerEvent> events(byte[] journal) {
    return new EventBatch(journal).events(LedgerEventCodec.INSTANCE);
  }
}

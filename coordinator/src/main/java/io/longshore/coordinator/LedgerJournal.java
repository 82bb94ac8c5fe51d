package io.longshore.coordinator;

import io.longshore.persistence.EventBatch;
import io.longshore.persistence.JournalEntry;
import java.util.List;

/** The ledger's journal, for tools that read it. */
public final class LedgerJournal {
  /** What its partitions are called in the journal. */
  public static final String TYPE_NAME = TaskLedger.TYPE_NAME;

  private LedgerJournal() {}

  /** The events of one row. */
  public static List<JournalEntry> entries(EventBatch row) {
    return row.entries(LedgerEventCodec.INSTANCE);
  }
}

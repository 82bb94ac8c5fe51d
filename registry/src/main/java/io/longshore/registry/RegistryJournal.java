package io.longshore.registry;

import io.longshore.persistence.EventBatch;
import io.longshore.persistence.JournalEntry;
import java.util.List;

/** The registry's journal, for tools that read it. */
public final class RegistryJournal {
  /** What its partitions are called in the journal. */
  public static final String TYPE_NAME = RegistryPartition.TYPE_NAME;

  private RegistryJournal() {}

  /** The events of one row. */
  public static List<JournalEntry> entries(EventBatch row) {
    return row.entries(RegistryEventCodec.INSTANCE);
  }
}

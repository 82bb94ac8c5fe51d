package io.longshore.persistence;

/** What a partition keeps in the database: opaque bytes in a format of our own. */
sealed interface Stored permits EventBatch, StateSnapshot {

  /** The bytes as they are kept; not to be changed. */
  byte[] blob();
}

package io.longshore.persistence;

/** The statements of the archive in the words of one database. */
final class ArchiveSql {
  private static final String SEGMENT =
      "partition_id, epoch, number, first_id, last_id, ended_at, filter, items, payload";
  private static final String LETTER =
      "task_id, partition_id, route, agent_id, failed_at, payload, redriven_as, discarded";
  private static final String NEW_LETTER =
      "INSERT INTO longshore_dead_letter"
          + " (task_id, partition_id, route, agent_id, failed_at, payload)";

  final String insertSegment =
      "INSERT INTO longshore_archive (" + SEGMENT + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  final String insertDeadLetter;

  /** Whether {@link #insertDeadLetter} takes the task's id once more at its end. */
  final boolean insertChecksKey;

  final String deadLetter =
      "SELECT " + LETTER + " FROM longshore_dead_letter WHERE task_id = ? LIMIT ?";
  final String redriven =
      "UPDATE longshore_dead_letter SET redriven_as = ?"
          + " WHERE task_id = ? AND redriven_as IS NULL AND NOT discarded";
  final String discard =
      "UPDATE longshore_dead_letter SET discarded = TRUE, payload = ?"
          + " WHERE task_id = ? AND redriven_as IS NULL";
  final String purgeSegments =
      "DELETE FROM longshore_archive WHERE (partition_id, epoch, number) IN"
          + " (SELECT partition_id, epoch, number FROM longshore_archive"
          + " WHERE partition_id = ? AND ended_at < ? LIMIT ?)";
  final String purgeDeadLetters =
      "DELETE FROM longshore_dead_letter WHERE task_id IN"
          + " (SELECT task_id FROM longshore_dead_letter"
          + " WHERE partition_id = ? AND failed_at < ? LIMIT ?)";
  private final String hasBits;

  ArchiveSql(boolean h2) {
    insertChecksKey = h2;
    insertDeadLetter =
        h2
            ? NEW_LETTER
                + " SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS"
                + " (SELECT 1 FROM longshore_dead_letter WHERE task_id = ?)"
            : NEW_LETTER + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    hasBits = h2 ? "BITAND(filter, CAST(? AS BIGINT)) = CAST(? AS BIGINT)" : "(filter & ?) = ?";
  }

  /** Segments that may contain an id, beginning, if {@code on}, after a row. */
  String around(boolean on) {
    return "SELECT "
        + SEGMENT
        + " FROM longshore_archive"
        + " WHERE partition_id = ? AND first_id >= ? AND first_id <= ? AND last_id >= ?"
        + (on ? " AND (first_id, epoch, number) < (?, ?, ?)" : "")
        + " ORDER BY first_id DESC, epoch DESC, number DESC LIMIT ?";
  }

  /** The newest segments, beginning, if {@code on}, after a row. */
  String newest(boolean on) {
    return "SELECT "
        + SEGMENT
        + " FROM longshore_archive WHERE last_id <= ? AND first_id < ? AND "
        + hasBits
        + (on ? " AND (last_id, epoch, number) < (?, ?, ?)" : "")
        + " ORDER BY last_id DESC, epoch DESC, number DESC LIMIT ?";
  }

  /** Dead letters that wait; the values are those asked for, in the order of the conditions. */
  String deadLetters(Archive.Letters which) {
    return "SELECT "
        + LETTER
        + " FROM longshore_dead_letter WHERE redriven_as IS NULL AND NOT discarded"
        + (which.beforeTaskId() == null ? "" : " AND task_id < ?")
        + (which.route() == null ? "" : " AND route = ?")
        + (which.agentId() == null ? "" : " AND agent_id = ?")
        + " ORDER BY task_id DESC LIMIT ?";
  }
}

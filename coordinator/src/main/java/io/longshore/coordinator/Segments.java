package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.persistence.Archive.Range;
import io.longshore.persistence.Archive.Segment;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import io.longshore.persistence.Packed;
import io.longshore.persistence.StableHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How ended tasks stand in the segments of the archive: sorted by id, and in each segment only ids
 * of the same time slice, so that a segment that holds an id is found by it. Pure; the format and
 * the meaning of the filter's bits never change.
 *
 * <p>Format 1: the number 1, the count of tasks, then each task's length-prefixed blob. {@link
 * Packed} where that saves something.
 */
final class Segments {
  /** Most tasks in one. */
  static final int MAX_TASKS = 128;

  /** Most bytes in one, unless it is one task. */
  private static final int MAX_BYTES = 256 * 1024;

  /** Ids that share so many characters share 2^20 ms, 17 minutes, of their time. */
  private static final int SLICE = 7;

  /** Sorts after every id that begins with what stands before it. */
  private static final String LAST = "~";

  private static final int FORMAT = 1;
  private static final int STATES = 7;

  private Segments() {}

  /** Segments with all of these tasks, numbered from {@code number} on. */
  static List<Segment> of(int partition, long epoch, long number, Collection<Task> ended) {
    List<Task> sorted = new ArrayList<>(ended);
    sorted.sort(Comparator.comparing(task -> task.taskId));
    List<Segment> segments = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < sorted.size(); i++) {
      Task task = sorted.get(i);
      boolean full = i - from == MAX_TASKS || bytes + task.weight() > MAX_BYTES;
      boolean later = !sorted.get(from).taskId.regionMatches(0, task.taskId, 0, SLICE);
      if (i > from && (full || later)) {
        segments.add(of(partition, epoch, number + segments.size(), sorted.subList(from, i)));
        from = i;
        bytes = 0;
      }
      bytes += task.weight();
    }
    if (from < sorted.size()) {
      List<Task> rest = sorted.subList(from, sorted.size());
      segments.add(of(partition, epoch, number + segments.size(), rest));
    }
    return segments;
  }

  private static Segment of(int partition, long epoch, long number, List<Task> tasks) {
    BlobWriter payload = new BlobWriter(tasks.size() * 512);
    payload.number(FORMAT).number(tasks.size());
    long endedAt = 0;
    long filter = 0;
    @Nullable Route last = null;
    for (Task task : tasks) {
      payload.nested(blob -> LedgerSnapshotCodec.writeTask(task, blob));
      endedAt = Math.max(endedAt, task.updatedAt);
      Route route = task.spec.route();
      filter |= filter(task.state, null, task.agentId, task.spec.labels());
      if (!route.equals(last)) {
        filter |= bit("route ", route.key()) | bit("route ", route.withoutRange().key());
        last = route;
      }
    }
    return new Segment(
        partition,
        epoch,
        number,
        tasks.get(0).taskId,
        tasks.get(tasks.size() - 1).taskId,
        endedAt,
        filter,
        tasks.size(),
        Packed.pack(payload.toBytes()));
  }

  /** A task as {@link #task} reads it. */
  static byte[] blob(Task task) {
    BlobWriter blob = new BlobWriter(512);
    LedgerSnapshotCodec.writeTask(task, blob);
    return blob.toBytes();
  }

  /** Where the ids that may share a segment with this one begin. */
  static String slice(String taskId) {
    return taskId.substring(0, Math.min(SLICE, taskId.length()));
  }

  /** The segments that may hold tasks of a query. */
  static Range range(TaskQuery query) {
    String before = query.beforeTaskId();
    long filter =
        filter(
            query.state(),
            query.route() == null ? null : query.route().key(),
            query.agentId(),
            query.labels());
    return before == null
        ? new Range(LAST, LAST, filter)
        : new Range(slice(before) + LAST, before, filter);
  }

  private static long filter(
      @Nullable TaskState state,
      @Nullable String route,
      @Nullable String agentId,
      Map<String, String> labels) {
    long filter = state == null ? 0 : bit(state);
    filter |= route == null ? 0 : bit("route ", route);
    filter |= agentId == null ? 0 : bit("agent ", agentId);
    for (Map.Entry<String, String> label : labels.entrySet()) {
      filter |= bit("label ", label.getKey() + "=" + label.getValue());
    }
    return filter;
  }

  private static long bit(TaskState state) {
    return switch (state) {
      case SUBMITTED -> 1;
      case WORKING -> 1 << 1;
      case INPUT_REQUIRED -> 1 << 2;
      case COMPLETED -> 1 << 3;
      case FAILED -> 1 << 4;
      case CANCELED -> 1 << 5;
      case REJECTED -> 1 << 6;
    };
  }

  private static long bit(String kind, String value) {
    long hash = StableHash.fnv1a(kind.getBytes(StandardCharsets.UTF_8));
    hash = StableHash.fnv1a(hash, value.getBytes(StandardCharsets.UTF_8));
    return 1L << (STATES + (int) Long.remainderUnsigned(hash, Long.SIZE - STATES));
  }

  /** One task of a segment, or null if it is not in it. */
  static @Nullable Task find(Segment segment, String taskId) {
    BlobReader in = open(segment);
    int count = in.count();
    for (int i = 0; i < count; i++) {
      byte[] blob = in.bytes();
      if (new BlobReader(blob).text().equals(taskId)) {
        return task(blob);
      }
    }
    return null;
  }

  /** All tasks of a segment, by id. */
  static List<Task> tasks(Segment segment) {
    BlobReader in = open(segment);
    int count = in.count();
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(task(in.bytes()));
    }
    return tasks;
  }

  /** A task as it stands in a segment or a dead letter. */
  static Task task(byte[] blob) {
    return LedgerSnapshotCodec.readTask(new BlobReader(blob));
  }

  private static BlobReader open(Segment segment) {
    BlobReader in = new BlobReader(Packed.unpack(segment.payload()));
    long format = in.number();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "Archive format " + format + " is newer than this version can read; upgrade this node");
    }
    return in;
  }
}

package io.longshore.registry;

import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a partition tells directories. It remembers whose records changed last, so that a replica a
 * little behind gets what it lacks and not everything.
 *
 * <p>All updates go by revision. A replica that has revision {@code k} has every record that did
 * not change after {@code k}, so what changed since, as it is now, makes it whole; and so does any
 * run of it, oldest change first, up to where the run ends. That is why updates may be lost,
 * doubled or overlap, and a long one may be cut anywhere.
 */
final class PartitionFeed {
  /** Most records in one update. */
  static final int MAX_RECORDS = 500;

  /** Well under the default frame of remoting, 256 KiB. */
  static final int MAX_BYTES = 128 * 1024;

  private final int partition;
  private final int capacity;
  private final int maxRecords;

  /** Ids of the agents of the last changes; the last in it is that of the present revision. */
  private final Deque<String> recent = new ArrayDeque<>();

  /** A feed that remembers the last {@code capacity} changes. */
  PartitionFeed(int partition, int capacity) {
    this(partition, capacity, MAX_RECORDS);
  }

  /** A feed that puts at most {@code maxRecords} changes into one update. */
  PartitionFeed(int partition, int capacity, int maxRecords) {
    this.partition = partition;
    this.capacity = capacity;
    this.maxRecords = maxRecords;
  }

  /** Tells of a change; to be called for each one, once, in order. */
  void changed(String agentId) {
    if (recent.size() == capacity) {
      recent.remove();
    }
    recent.add(agentId);
  }

  /** Whether {@link #changes} can bring a replica from {@code known} to where {@code state} is. */
  boolean remembers(RegistryState state, long known) {
    long missing = state.revision() - known;
    return missing >= 0 && missing <= recent.size();
  }

  /** What changed since {@code known}, which must be remembered; one empty update if nothing. */
  List<DirectoryUpdate> changes(RegistryState state, long known) {
    long revision = state.revision() - recent.size();
    Map<String, Long> lastChanges = new LinkedHashMap<>();
    for (String agentId : recent) {
      revision++;
      if (revision > known) {
        lastChanges.remove(agentId);
        lastChanges.put(agentId, revision);
      }
    }
    Cut cut = new Cut(Kind.CHANGE, known, state.revision());
    lastChanges.forEach((agentId, at) -> cut.add(at, agentId, state.find(agentId)));
    return cut.end();
  }

  /** Everything, for a replica that has {@code known}. */
  List<DirectoryUpdate> listing(RegistryState state, long known) {
    Cut cut = new Cut(Kind.LISTING, known, state.revision());
    state.agents().stream()
        .sorted(Comparator.comparingLong(AgentRecord::revision))
        .forEach(record -> cut.add(record.revision(), record.agentId(), record));
    return cut.end();
  }

  /** Cuts a run of changes into updates of a size that can be sent. */
  private final class Cut {
    private final List<DirectoryUpdate> updates = new ArrayList<>();
    private final long goal;
    private Kind kind;
    private long from;
    private long to;
    private int bytes;
    private List<AgentRecord> upserts = new ArrayList<>();
    private List<String> removals = new ArrayList<>();

    Cut(Kind kind, long from, long goal) {
      this.kind = kind;
      this.from = from;
      this.goal = goal;
    }

    void add(long revision, String agentId, @Nullable AgentRecord record) {
      int weight = record == null ? agentId.length() : record.spec().weight();
      int count = upserts.size() + removals.size();
      if (count == maxRecords || (count > 0 && bytes + weight > MAX_BYTES)) {
        close(to);
      }
      if (record == null) {
        removals.add(agentId);
      } else {
        upserts.add(record);
      }
      bytes += weight;
      to = revision;
    }

    List<DirectoryUpdate> end() {
      close(goal);
      return updates;
    }

    private void close(long end) {
      updates.add(new DirectoryUpdate(partition, kind, from, end, goal, upserts, removals));
      kind = kind == Kind.CHANGE ? Kind.CHANGE : Kind.LISTING_CONTINUED;
      from = end;
      upserts = new ArrayList<>();
      removals = new ArrayList<>();
      bytes = 0;
    }
  }
}

package io.longshore.coordinator;

import io.longshore.coordinator.LedgerState.KeyUse;
import io.longshore.coordinator.TaskProtocol.LedgerFull;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a partition has room for what comes, and when it will have. */
final class LedgerRoom {
  /** Estimates lie between these, as those of {@link io.longshore.persistence.DrainRate} do. */
  private static final long SHORTEST = 1_000;

  private static final long LONGEST = 60_000;

  private final LedgerSettings settings;

  LedgerRoom(LedgerSettings settings) {
    this.settings = settings;
  }

  /** Why there is no room for one more task of this weight; null if there is. */
  @Nullable LedgerFull forTask(LedgerState state, long weight, long now) {
    int most = settings.maxLive();
    return state.live() >= most
        ? new LedgerFull(most + " live tasks in the partition", state.roomForTaskMillis(most, now))
        : forBytes(state, weight, now);
  }

  /** Why there is no room for so many bytes that a submitter brings; null if there is. */
  @Nullable LedgerFull forBytes(LedgerState state, long more, long now) {
    long most = settings.maxBytes();
    return state.bytes() + more > most ? full(state, more, most, now) : null;
  }

  /**
   * Why there is no room for what an agent brings; null if there is. What was accepted should come
   * to its end, so there is half as much room again; beyond, the heap would not be safe.
   */
  @Nullable LedgerFull forResult(LedgerState state, long now) {
    long most = settings.maxBytes() + settings.maxBytes() / 2;
    return state.bytes() > most ? full(state, 0, most, now) : null;
  }

  /** Whether there is room for progress in the place of what is known of the task. */
  boolean forProgress(LedgerState state, Task task, byte[] progress) {
    int more = progress.length - (task.progress == null ? 0 : task.progress.length);
    return more <= 0 || state.bytes() + more <= settings.maxBytes();
  }

  private LedgerFull full(LedgerState state, long more, long most, long now) {
    boolean mostlyKeys = state.keyBytes() > state.bytes() / 4 * 3;
    return new LedgerFull(
        most + TaskProtocol.BYTES,
        mostlyKeys
            ? untilKeysExpire(state, state.bytes() + more - most, now)
            : state.roomForBytesMillis(more, most, now));
  }

  /** What tasks leave behind is soon taken by the next ones, so only keys that expire make room. */
  private long untilKeysExpire(LedgerState state, long lacking, long now) {
    long left = lacking;
    long wait = LONGEST;
    for (Map.Entry<String, KeyUse> key : state.keys().entrySet()) {
      left -= LedgerState.keyWeight(key.getKey());
      wait = key.getValue().usedAt() + settings.keyRetention().toMillis() - now;
      if (left <= 0 || wait >= LONGEST) {
        break;
      }
    }
    long seconds = (wait + 999) / 1_000;
    return Math.max(SHORTEST, Math.min(LONGEST, seconds * 1_000));
  }
}

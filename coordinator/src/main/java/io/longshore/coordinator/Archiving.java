package io.longshore.coordinator;

import io.longshore.persistence.Archive;
import io.longshore.persistence.Archive.Write;
import io.longshore.persistence.PartitionMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the ended tasks of a partition to the archive, one write at a time, and purges what was
 * kept there long enough. A dead letter is written at once and, at the latest, together with the
 * segment that its task leaves in; so what has left is there, and what is still here is written
 * again by the next incarnation, which changes nothing.
 *
 * <p>Soft: nothing of it is kept. While the archive cannot be written everything stays in memory.
 */
final class Archiving {
  private static final Logger log = LoggerFactory.getLogger(Archiving.class);
  private static final long PURGE_MILLIS = 60_000;
  private static final int PURGED_AT_ONCE = 1_000;
  private static final long FIRST_RETRY_MILLIS = 500;
  private static final int MAX_DOUBLINGS = 6;

  /**
   * What is not heard of for so long was dropped by a full queue, and is done again; next time not
   * before twice as long, as it may only be slow.
   */
  private static final long LOST_MILLIS = 60_000;

  /** Whether the write that began with this segment number was done. */
  private record Written(
      long first, int left, List<String> deadLetters, @Nullable Throwable failure)
      implements PartitionMessage.Own {}

  /** Whether there may be more to purge. */
  private record Purged(boolean more) implements PartitionMessage.Own {}

  private final int partition;
  private final LedgerSettings settings;
  private final Archive archive;
  private final ActorContext<PartitionMessage> context;

  /** Not known to be in the archive, in the order of their end. */
  private final Map<String, Task> deadLetters = new LinkedHashMap<>();

  /** The segment number that the write under way began with; 0 if none is. */
  private long writing;

  private long writingSince;
  private long patience = LOST_MILLIS;
  private long number = 1;
  private int failures;
  private long retryAt;
  private long purgeAt;

  Archiving(
      int partition,
      LedgerSettings settings,
      Archive archive,
      ActorContext<PartitionMessage> context) {
    this.partition = partition;
    this.settings = settings;
    this.archive = archive;
    this.context = context;
  }

  /** The partition's state is known. Partitions of one start do not purge all at once. */
  void recovered(LedgerState state, long now) {
    state.ended().forEach(this::ended);
    purgeAt = now + partition * 997L % PURGE_MILLIS;
  }

  /** A task has ended. */
  void ended(Task task) {
    if (task.failure != null && task.failure.deadLettered()) {
      deadLetters.put(task.taskId, task);
    }
  }

  /**
   * Begins a write if one is due and none is under way. Only after a commit of this incarnation:
   * before, its epoch may be that of another.
   */
  void next(LedgerState state, long now) {
    boolean underWay = writing != 0 && now - writingSince < patience;
    if (underWay || now < retryAt) {
      return;
    }
    List<Task> leaving = Lingering.leaving(state, settings, now);
    List<Task> dead = deadLetters.isEmpty() ? List.of() : dead(leaving);
    if (leaving.isEmpty() && dead.isEmpty()) {
      return;
    }
    long epoch = state.epoch;
    long first = number;
    number += Math.max(1, leaving.size());
    patience = writing == 0 ? LOST_MILLIS : patience * 2;
    writing = first;
    writingSince = now;
    List<String> deadIds = dead.stream().map(task -> task.taskId).toList();
    pipe(
        archive.write(
            // On a thread of the archive: nothing changes an ended task any more.
            () ->
                new Write(
                    Segments.of(partition, epoch, first, leaving),
                    dead.stream().map(this::deadLetter).toList())),
        (done, failure) -> new Written(first, leaving.size(), deadIds, failure));
  }

  /** All dead letters that are leaving, and more as far as they fit. They have ended first. */
  private List<Task> dead(List<Task> leaving) {
    long must = leaving.stream().filter(task -> deadLetters.containsKey(task.taskId)).count();
    List<Task> dead = new ArrayList<>();
    long bytes = 0;
    for (Task task : deadLetters.values()) {
      bytes += task.weight();
      boolean fits = bytes <= Lingering.MAX_BYTES && dead.size() < Lingering.MAX_TASKS;
      if (dead.size() >= must && !fits && !dead.isEmpty()) {
        break;
      }
      dead.add(task);
    }
    return dead;
  }

  private Archive.DeadLetter deadLetter(Task task) {
    return new Archive.DeadLetter(
        task.taskId,
        partition,
        task.spec.route().key(),
        task.agentId,
        task.updatedAt,
        Segments.blob(task),
        null,
        false);
  }

  /** Purges when it is time. */
  void purge(long now) {
    // purgeAt is a minute after the last began: one that is not heard of by then is done again.
    if (now < purgeAt) {
      return;
    }
    purgeAt = now + PURGE_MILLIS;
    pipe(
        archive.purge(
            partition,
            now - settings.retention().toMillis(),
            now - settings.deadLetterRetention().toMillis(),
            PURGED_AT_ONCE),
        (rows, failure) -> new Purged(failure == null && rows >= PURGED_AT_ONCE));
  }

  private <T> void pipe(
      CompletionStage<T> stage, BiFunction<T, @Nullable Throwable, PartitionMessage> outcome) {
    context.pipeToSelf(stage, outcome::apply);
  }

  /** What follows from something that has been done. */
  List<LedgerEvent> done(PartitionMessage.Own outcome, long now) {
    if (outcome instanceof Written written) {
      // One that was given up may have been done after all: what it left was written again.
      return written.first() == writing ? written(written, now) : List.of();
    }
    if (((Purged) outcome).more()) {
      purgeAt = now;
    }
    return List.of();
  }

  private List<LedgerEvent> written(Written written, long now) {
    writing = 0;
    if (written.failure() != null) {
      retryAt = now + (FIRST_RETRY_MILLIS << Math.min(failures, MAX_DOUBLINGS));
      if (failures++ == 0) {
        log.warn(
            "Partition {} cannot archive; ended tasks stay in memory until it can",
            partition,
            written.failure());
      }
      return List.of();
    }
    if (failures > 0) {
      log.info("Partition {} can archive again", partition);
    }
    failures = 0;
    retryAt = 0;
    written.deadLetters().forEach(deadLetters::remove);
    return written.left() == 0 ? List.of() : List.of(new LedgerEvent.Archived(written.left(), now));
  }
}

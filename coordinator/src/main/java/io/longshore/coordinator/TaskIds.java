package io.longshore.coordinator;

import io.longshore.persistence.StableHash;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Task ids: UUIDs of version 7 (RFC 9562), whose first 48 bits are the time in milliseconds, with
 * the task's partition in the twelve bits that the RFC leaves free after the version.
 */
final class TaskIds {
  private static final int MAX_PARTITIONS = 1 << 12;
  private static final int RUN = 32;

  /** Of a UUID in hexadecimal, with dashes. */
  private static final int LENGTH = 36;

  /** What each ASCII character is worth as a digit, -1 if it is none. */
  private static final byte[] DIGITS = digits();

  private final int partitions;
  private final List<Integer> all;
  private final Clock clock;

  /** Begins anywhere, so that nodes that start together do not take turns together. */
  private final AtomicLong created =
      new AtomicLong(ThreadLocalRandom.current().nextInt(RUN * MAX_PARTITIONS));

  TaskIds(int partitions, Clock clock) {
    if (partitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException("A task id has room for 4096 partitions at most");
    }
    this.partitions = partitions;
    this.all = IntStream.range(0, partitions).boxed().toList();
    this.clock = clock;
  }

  /** All partitions. */
  List<Integer> all() {
    return all;
  }

  /**
   * A new id in any of these partitions. A run of ids stays in one partition before the next has
   * its turn: tasks that come at about the same time then share a commit, and so do their leases
   * later.
   */
  String createIn(List<Integer> among) {
    return create(among.get((int) (created.getAndIncrement() / RUN % among.size())));
  }

  /** One of these partitions for a batch of its own. */
  static int anyOf(List<Integer> among) {
    return among.get(ThreadLocalRandom.current().nextInt(among.size()));
  }

  /** A new id in the partition that an idempotency key belongs to, always the same. */
  String createFor(String idempotencyKey) {
    long hash = StableHash.fnv1a(idempotencyKey.getBytes(StandardCharsets.UTF_8));
    return create((int) Long.remainderUnsigned(hash, partitions));
  }

  /** A new id in one partition. */
  String create(int partition) {
    RandomGenerator random = ThreadLocalRandom.current();
    long high = (clock.millis() << 16) | 0x7000L | partition;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  /**
   * The partition an id belongs to, or -1 if it is not one of our ids. Every command asks, so this
   * reads the characters and makes no UUID of them.
   */
  int partitionOf(String taskId) {
    if (taskId.length() != LENGTH || taskId.charAt(14) != '7') {
      return -1;
    }
    for (int i = 0; i < LENGTH; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? taskId.charAt(i) != '-' : digit(taskId.charAt(i)) < 0) {
        return -1;
      }
    }
    int partition =
        digit(taskId.charAt(15)) << 8 | digit(taskId.charAt(16)) << 4 | digit(taskId.charAt(17));
    return partition < partitions ? partition : -1;
  }

  /** By table: what a digit of an id is nobody can guess, a processor's branches included. */
  private static int digit(char c) {
    return c < DIGITS.length ? DIGITS[c] : -1;
  }

  private static byte[] digits() {
    byte[] digits = new byte[128];
    Arrays.fill(digits, (byte) -1);
    for (int i = 0; i < 16; i++) {
      digits[Character.forDigit(i, 16)] = (byte) i;
    }
    return digits;
  }

  /** An id that sorts after all ids of its partition so far; names the partition in a listing. */
  static String last(int partition) {
    return new UUID((0xffffffffffffL << 16) | 0x7000L | partition, -1L).toString();
  }
}

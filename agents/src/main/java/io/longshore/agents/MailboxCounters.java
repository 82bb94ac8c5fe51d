package io.longshore.agents;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/**
 * What this node's mailboxes have done with messages since the node started, and what they hold.
 * For metrics: cheap to write and to read from any thread.
 */
public final class MailboxCounters {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder replayed = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final ObjLongConsumer<String> refusals;
  private final LongAdder live = new LongAdder();
  private final LongAdder waiting = new LongAdder();
  private final LongAdder waitingBytes = new LongAdder();
  private final LongAdder occupied = new LongAdder();
  private final LongAdder replayBytes = new LongAdder();

  /**
   * Nothing has happened yet.
   *
   * @param refusals told why messages are refused, by mailboxes of this node or on the way out of
   *     it, and how many
   */
  MailboxCounters(ObjLongConsumer<String> refusals) {
    this.refusals = refusals;
  }

  /** Messages taken into mailboxes. */
  public long accepted() {
    return accepted.sum();
  }

  /** Messages handed to readers, each once. */
  public long delivered() {
    return delivered.sum();
  }

  /** Messages handed to readers again, who had lost them. */
  public long replayed() {
    return replayed.sum();
  }

  /** Messages dropped by the overflow policy, whether they had been taken or not. */
  public long dropped() {
    return dropped.sum();
  }

  /** Messages dropped because nobody came for them in time. */
  public long expired() {
    return expired.sum();
  }

  /** Messages that were lost with their mailbox, as when it moved or its agent was removed. */
  public long lost() {
    return lost.sum();
  }

  /** Mailboxes of this node that are in memory. */
  public long live() {
    return live.sum();
  }

  /** Messages that wait in this node's mailboxes. */
  public long waiting() {
    return waiting.sum();
  }

  /** What those count against limits, bytes. */
  public long waitingBytes() {
    return waitingBytes.sum();
  }

  /** Mailboxes of this node in which messages wait. */
  long occupied() {
    return occupied.sum();
  }

  /** What the messages count that were handed out and are kept for readers who resume, bytes. */
  public long replayBytes() {
    return replayBytes.sum();
  }

  void countAccepted(int count) {
    accepted.add(count);
  }

  void countDelivered(int count) {
    delivered.add(count);
  }

  void countReplayed(int count) {
    replayed.add(count);
  }

  void countDropped() {
    dropped.increment();
  }

  void countExpired(int count) {
    expired.add(count);
  }

  void countLost(int count) {
    lost.add(count);
  }

  void countRefused(Sent.Reason reason, int count) {
    refusals.accept(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'), count);
  }

  /** A mailbox more or, with -1, less is in memory. */
  void countLive(int more) {
    live.add(more);
  }

  /** A message more or, with -1, less waits. */
  void hold(int more, long bytes) {
    waiting.add(more);
    waitingBytes.add(bytes);
  }

  /** In a mailbox more or, with -1, less something waits. */
  void countOccupied(int more) {
    occupied.add(more);
  }

  void remember(long bytes) {
    replayBytes.add(bytes);
  }
}

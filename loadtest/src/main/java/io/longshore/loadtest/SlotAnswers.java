package io.longshore.loadtest;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Answers of actors to the operations of a {@link ClosedLoop}, of which each slot has one at a
 * time.
 */
final class SlotAnswers {
  private final AtomicReferenceArray<CompletableFuture<Integer>> waiting;

  SlotAnswers(int slots) {
    waiting = new AtomicReferenceArray<>(slots);
  }

  /** The slot's operation begins: what it will be answered. */
  CompletableFuture<Integer> next(int slot) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    waiting.set(slot, answer);
    return answer;
  }

  /** The slot's operation has done so many. */
  void come(int slot, int count) {
    waiting.get(slot).complete(count);
  }
}

package io.longshore.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes many calls at a time, but not too many. */
final class Concurrently {
  private Concurrently() {}

  /**
   * Calls for every item, with at most {@code limit} calls unanswered.
   *
   * @return the results in the order of the items; failed if a call failed
   */
  static <T, R> CompletionStage<List<R>> map(
      List<T> items, int limit, Function<? super T, ? extends CompletionStage<R>> call) {
    if (items.isEmpty()) {
      return CompletableFuture.completedStage(List.of());
    }
    Run<T, R> run = new Run<>(items, call);
    for (int lane = 0; lane < Math.min(limit, items.size()); lane++) {
      run.go();
    }
    return run.all;
  }

  private static final class Run<T, R> {
    private final List<T> items;
    private final Function<? super T, ? extends CompletionStage<R>> call;
    private final AtomicReferenceArray<R> results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger open;
    private final CompletableFuture<List<R>> all = new CompletableFuture<>();

    Run(List<T> items, Function<? super T, ? extends CompletionStage<R>> call) {
      this.items = items;
      this.call = call;
      this.results = new AtomicReferenceArray<>(items.size());
      this.open = new AtomicInteger(items.size());
    }

    /** Makes calls until one has to be waited for; its answer goes on from there. */
    void go() {
      for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
        int index = i;
        CompletionStage<R> answer = call.apply(items.get(index));
        boolean waits = !answer.toCompletableFuture().isDone();
        answer.whenComplete(
            (result, failure) -> {
              answered(index, result, failure);
              if (waits) {
                go();
              }
            });
        if (waits) {
          return;
        }
      }
    }

    private void answered(int index, @Nullable R result, @Nullable Throwable failure) {
      if (failure != null) {
        all.completeExceptionally(failure);
        return;
      }
      results.set(index, result);
      if (open.decrementAndGet() == 0) {
        List<R> list = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
          list.add(results.get(i));
        }
        all.complete(list);
      }
    }
  }
}

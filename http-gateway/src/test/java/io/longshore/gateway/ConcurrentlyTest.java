package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many calls at a time, but not too many. */
class ConcurrentlyTest {

  @Test
  void when_answers_come_in_any_order_then_results_are_in_that_of_the_items() throws Exception {
    List<CompletableFuture<String>> open = new ArrayList<>();
    CompletableFuture<List<String>> all =
        Concurrently.map(
                List.of(0, 1, 2, 3, 4),
                2,
                item -> {
                  CompletableFuture<String> answer = new CompletableFuture<>();
                  open.add(answer);
                  return answer;
                })
            .toCompletableFuture();
    assertEquals(2, open.size());
    open.get(1).complete("b");
    assertEquals(3, open.size());
    open.get(2).complete("c");
    open.get(3).complete("d");
    assertEquals(5, open.size());
    open.get(4).complete("e");
    assertFalse(all.isDone());
    open.get(0).complete("a");
    assertEquals(List.of("a", "b", "c", "d", "e"), all.get());
  }

  @Test
  void when_all_answers_are_there_at_once_then_many_items_do_no_harm() throws Exception {
    List<Integer> items = IntStream.range(0, 100_000).boxed().toList();
    assertEquals(
        items,
        Concurrently.map(items, 3, CompletableFuture::completedStage).toCompletableFuture().get());
    assertEquals(
        List.of(),
        Concurrently.map(List.of(), 3, CompletableFuture::completedStage)
            .toCompletableFuture()
            .get());
  }

  @Test
  void when_a_call_fails_then_so_does_the_whole() {
    CompletableFuture<List<Integer>> all =
        Concurrently.map(
                List.of(1, 2),
                2,
                item ->
                    item == 1
                        ? CompletableFuture.<Integer>failedStage(new IllegalStateException("x"))
                        : CompletableFuture.completedStage(item))
            .toCompletableFuture();
    assertThrows(ExecutionException.class, all::get);
  }
}

package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasuredTest {

  private static Measured measured(String name, long... rates) {
    return new Measured(
        name,
        LongStream.of(rates)
            .mapToObj(rate -> new Slice(2 * rate, 2, 1, new Histogram(ClosedLoop.MAX_MICROS, 3)))
            .toList());
  }

  @Test
  void when_compared_then_slices_of_the_same_round_are() {
    Measured reference = measured("reference", 100, 10, 1000);
    Measured other = measured("other", 200, 20, 500);
    assertEquals(2.0, other.ratio(reference));
    assertEquals(200, other.median());
    assertEquals(20, other.min());
    assertEquals(500, other.max());
    assertEquals(3, other.failed());
    String table =
        new MeasuredTable("t", List.of(reference, other), List.of("reference")).markdown();
    assertTrue(table.contains("| other | 200 | 20 … 500 | 0.00 | 0.00 | 2.00 | 3 |"), table);
  }

  @Test
  void when_there_are_two_slices_then_the_median_is_between_them() {
    assertEquals(150, measured("even", 100, 200).median());
  }

  @Test
  void when_rounds_run_then_each_measures_everything_and_warm_up_does_not_count()
      throws InterruptedException {
    List<String> order = new ArrayList<>();
    List<Measured> all =
        new Rounds(4, 8, () -> order.add("settled"))
            .run(List.of(counting("a", order), counting("b", order)), name -> {});
    assertEquals(12, order.size());
    assertEquals("settled", order.get(11));
    order.removeIf("settled"::equals);
    assertEquals(List.of("a", "b", "b", "a", "a", "b"), order);
    assertEquals(List.of("a", "b"), all.stream().map(Measured::name).toList());
    assertEquals(List.of(2.0, 3.0), all.get(0).rates());
  }

  private static Measurement counting(String name, List<String> order) {
    return new Measurement() {
      private long runs;

      @Override
      public String name() {
        return name;
      }

      @Override
      public Slice run(Duration length) {
        order.add(name);
        return new Slice(++runs, 1, 0, new Histogram(ClosedLoop.MAX_MICROS, 3));
      }
    };
  }
}

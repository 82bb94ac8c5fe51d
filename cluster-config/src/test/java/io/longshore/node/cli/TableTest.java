package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {

  @Test
  void when_cells_are_wide_characters_then_columns_still_align() {
    Table table = new Table().left("a").right("b");
    table.row().cell("日本").cell("1");
    table.row().cell("é").cell("22");

    assertEquals(List.of("A      B", "日本   1", "é     22"), table.lines(80, Style.PLAIN));
  }

  @Test
  void when_it_is_too_wide_then_the_widest_flexible_column_gives_way() {
    Table table = new Table().flexible("one").flexible("two").left("fixed");
    table.row().cell("abcdefghij").cell("abcdefghijklmnopqrst").cell("unchanged");

    assertEquals(
        List.of("ONE         TWO         FIXED", "abcdefghij  abcdefghi…  unchanged"),
        table.lines(33, Style.PLAIN));
    assertEquals("abcde…  abcde…  unchanged", table.lines(10, Style.PLAIN).get(1));
  }

  @Test
  void when_a_sentence_is_too_long_then_it_goes_on_below() {
    Table table = new Table().left("a").wrapped("why");
    table.row().cell("x").cell("its wait is over twice the best");
    table.row().cell("y").cell("short");

    assertEquals(
        List.of("A  WHY", "x  its wait is over", "   twice the best", "y  short"),
        table.lines(24, Style.PLAIN));
  }

  @Test
  void when_a_cell_is_painted_then_its_colour_does_not_move_the_next_one() {
    Table table = new Table().left("state").left("x");
    table.row().cell("up", Style.ANSI::green).cell("y");

    assertEquals("\u001b[32mup\u001b[0m     y", table.lines(80, Style.ANSI).get(1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "1, 1 ms",
    "999, 999 ms",
    "1000, 1.0 s",
    "59_949, 59.9 s",
    "120_000, 2 min",
    "7_200_000, 2 h",
    "172_800_000, 2 d",
    "-5, 0 ms"
  })
  void when_a_duration_is_told_then_its_unit_suits_it(String millis, String words) {
    assertEquals(words, Text.duration(Duration.ofMillis(Long.parseLong(millis.replace("_", "")))));
  }

  @ParameterizedTest
  @CsvSource({"0, ░░░░", "0.5, ██░░", "0.53, ██▏░", "1, ████", "7, ████"})
  void when_a_bar_is_drawn_then_its_length_is_the_part(double part, String bar) {
    assertEquals(bar, Text.bar(part, 4));
  }

  @Test
  void when_text_steers_a_terminal_then_it_is_cleaned() {
    assertEquals("a b [2J c", Text.clean("a\nb\u001b[2J\u202e c\r"));
    assertEquals("  a\n  b", Text.cleanLines("  a\u0007\n  b"));
  }
}

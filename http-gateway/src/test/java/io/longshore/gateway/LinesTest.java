package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  private static final byte[] TEXT =
      "one\r\n\ntwo\n  \nthree four\n12345678901\nlast".getBytes(UTF_8);

  private final List<String> read = new ArrayList<>();
  private final Lines lines =
      new Lines(
          10,
          new Lines.Reader() {
            @Override
            public void line(byte[] bytes, int from, int end) {
              read.add(new String(bytes, from, end - from, UTF_8));
            }

            @Override
            public void overlong() {
              read.add("overlong");
            }
          });

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 13, 100})
  void when_text_comes_in_pieces_of_any_size_then_its_lines_are_the_same(int size) {
    for (int from = 0; from < TEXT.length; from += size) {
      lines.feed(Arrays.copyOfRange(TEXT, from, Math.min(from + size, TEXT.length)));
    }
    lines.end();
    assertEquals(List.of("one\r", "two", "three four", "overlong", "last"), read);
  }

  @Test
  void when_a_line_is_too_long_then_no_more_of_it_is_kept_and_the_next_is_read() {
    for (int i = 0; i < 100; i++) {
      lines.feed("0123456789".getBytes(UTF_8));
    }
    assertEquals(List.of(), read);
    lines.feed("\nnext\n".getBytes(UTF_8));
    lines.end();
    assertEquals(List.of("overlong", "next"), read);
  }
}

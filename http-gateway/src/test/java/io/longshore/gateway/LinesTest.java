package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
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

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 64, 1_000})
  void when_bytes_are_any_then_lines_end_where_a_line_end_is_and_nowhere_else(int size) {
    Random random = new Random(size);
    byte[] near = {'\n', '\n' + 1, '\n' - 1, (byte) ('\n' | 0x80), 0, (byte) 0xff, 'x'};
    byte[] text = new byte[1_000];
    for (int i = 0; i < text.length; i++) {
      text[i] = near[random.nextInt(near.length)];
    }
    StringBuilder cut = new StringBuilder();
    Lines any =
        new Lines(
            text.length,
            new Lines.Reader() {
              @Override
              public void line(byte[] bytes, int from, int end) {
                cut.append(new String(bytes, from, end - from, ISO_8859_1)).append('\n');
              }

              @Override
              public void overlong() {
                throw new AssertionError("None is");
              }
            });
    for (int from = 0; from < text.length; from += size) {
      any.feed(Arrays.copyOfRange(text, from, Math.min(from + size, text.length)));
    }
    any.end();
    String expected =
        Arrays.stream(new String(text, ISO_8859_1).split("\n"))
            .filter(line -> !line.matches("[ \t\r]*"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertEquals(expected, cut.toString());
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

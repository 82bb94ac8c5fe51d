package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobTest {
  private static final String TEXT = "Zürich 港口 \uD83D\uDEA2";

  /** A field of every kind. */
  private static byte[] everything() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("region", "eu");
    labels.put("", TEXT);
    return new BlobWriter(0)
        .number(300)
        .flag(true)
        .text(TEXT)
        .bytes(new byte[] {1, -1, 0})
        .optionalText(null)
        .optionalText("x")
        .optionalBytes(null)
        .optionalBytes(new byte[] {7})
        .texts(List.of("a", "", "c"))
        .textMap(labels)
        .nested(fields -> fields.number(5))
        .toBytes();
  }

  private static List<Object> readEverything(byte[] bytes) {
    BlobReader in = new BlobReader(bytes);
    List<Object> fields = new ArrayList<>();
    fields.add(in.number());
    fields.add(in.flag());
    fields.add(in.text());
    fields.add(HexFormat.of().formatHex(in.bytes()));
    fields.add(String.valueOf(in.optionalText()));
    fields.add(String.valueOf(in.optionalText()));
    fields.add(String.valueOf(in.optionalBytes() == null));
    fields.add(Arrays.toString(in.optionalBytes()));
    fields.add(in.texts());
    fields.add(in.textMap());
    fields.add(in.nested().number());
    in.expectEnd();
    return fields;
  }

  @Test
  void when_everything_is_written_then_it_is_read_as_it_was() {
    assertEquals(
        List.of(
            300L,
            true,
            TEXT,
            "01ff00",
            "null",
            "x",
            "true",
            "[7]",
            List.of("a", "", "c"),
            Map.of("region", "eu", "", TEXT),
            5L),
        readEverything(everything()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "300, ac02",
    "2147483647, ffffffff07",
    "9223372036854775807, ffffffffffffffff7f",
    "-1, ffffffffffffffffff01",
    "-9223372036854775808, 80808080808080808001"
  })
  void when_a_number_is_written_then_its_bytes_are_as_ever(long number, String hex) {
    byte[] bytes = new BlobWriter(0).number(number).toBytes();
    assertEquals(hex, HexFormat.of().formatHex(bytes));
    BlobReader in = new BlobReader(bytes);
    assertEquals(number, in.number());
    assertFalse(in.more());
  }

  /** Also of halves of surrogate pairs, which have no UTF-8. */
  @Test
  void when_a_text_is_written_then_it_has_the_bytes_of_its_utf8() {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>(List.of("", "a", "\u007f", "\u0080", TEXT, "a\uD83D"));
    texts.addAll(List.of("\uDEA2b", "\uD83D\uD83D", "\u00ff", "\u0000", "x".repeat(1_000)));
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        text.append((char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0x80));
      }
      texts.add(text.toString());
    }
    for (String text : texts) {
      assertArrayEquals(
          new BlobWriter(0).bytes(text.getBytes(StandardCharsets.UTF_8)).number(1).toBytes(),
          new BlobWriter(0).text(text).number(1).toBytes(),
          text);
    }
  }

  @Test
  void when_a_buffer_grows_then_it_doubles_as_far_as_there_are_arrays() {
    int most = Integer.MAX_VALUE - 8;
    assertEquals(200, BlobWriter.grown(100, 100, 1));
    assertEquals(1_100, BlobWriter.grown(100, 100, 1_000));
    assertEquals(most, BlobWriter.grown(1 << 30, 1 << 30, 1));
    assertEquals(most, BlobWriter.grown(most - 10, most - 10, 10));
    IllegalStateException full =
        assertThrows(IllegalStateException.class, () -> BlobWriter.grown(most, most, 1));
    assertTrue(String.valueOf(full.getMessage()).contains("one piece"), full.getMessage());
    assertThrows(
        IllegalStateException.class, () -> BlobWriter.grown(0, 1 << 30, Integer.MAX_VALUE));
  }

  @Test
  void when_an_older_version_wrote_fewer_fields_then_there_is_no_more() {
    BlobReader in = new BlobReader(new BlobWriter(0).text("old").toBytes());
    assertTrue(in.more());
    assertEquals("old", in.text());
    assertFalse(in.more());
  }

  @Test
  void when_a_part_is_read_then_it_ends_where_it_was_written_to_end() {
    BlobWriter out = new BlobWriter(0).nested(part -> part.number(1)).number(2);
    BlobReader in = new BlobReader(out.toBytes());
    BlobReader inner = in.nested();
    assertEquals(1, inner.number());
    assertThrows(IllegalArgumentException.class, inner::number);
    assertEquals(2, in.number());
  }

  @Test
  void when_a_part_of_any_length_is_written_then_it_is_as_bytes_of_that_length() {
    for (int length : new int[] {0, 1, 127, 128, 16_383, 16_384, 70_000}) {
      byte[] part = new byte[length];
      Arrays.fill(part, (byte) 7);
      byte[] nested = new BlobWriter(0).number(1).nested(out -> fill(out, length)).toBytes();
      assertArrayEquals(new BlobWriter(0).number(1).bytes(part).toBytes(), nested);
    }
  }

  private static void fill(BlobWriter out, int length) {
    for (int i = 0; i < length; i++) {
      out.number(7);
    }
  }

  @Test
  void when_much_is_written_then_the_buffer_grows() {
    byte[] large = new byte[100_000];
    Arrays.fill(large, (byte) 42);
    BlobReader in = new BlobReader(new BlobWriter(1).number(1).bytes(large).toBytes());
    assertEquals(1, in.number());
    assertArrayEquals(large, in.bytes());
  }

  @Test
  void when_the_data_ends_early_anywhere_then_it_is_refused() {
    byte[] whole = everything();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(
          IllegalArgumentException.class, () -> readEverything(cut), "cut to " + cut.length);
    }
  }

  @Test
  void when_bytes_are_damaged_then_it_is_read_or_refused_and_nothing_else() {
    Random random = new Random(42);
    byte[] whole = everything();
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        readEverything(damaged);
      } catch (IllegalArgumentException refused) {
        assertNull(refused.getCause(), "refused for a reason of ours");
      }
    }
  }

  /** Lengths of 2 GiB - 1, 2^31, 2^63 - 1 and -1, with nothing behind them. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ffffffff07", "8080808008", "ffffffffffffffff7f", "ffffffffffffffffff01", "05"})
  void when_a_length_is_more_than_there_is_then_it_is_refused_before_room_is_made(String length) {
    byte[] bytes = HexFormat.of().parseHex(length);
    List<Function<BlobReader, Object>> readers =
        List.of(
            BlobReader::bytes,
            BlobReader::text,
            BlobReader::texts,
            BlobReader::textMap,
            BlobReader::nested,
            in -> in.oneOf(List.of("only")));
    for (int i = 0; i < readers.size(); i++) {
      Function<BlobReader, Object> reader = readers.get(i);
      assertThrows(
          IllegalArgumentException.class,
          () -> reader.apply(new BlobReader(bytes)),
          length + " by reader " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffffffffffffff02", "ffffffffffffffffffff01", "80808080808080808003"})
  void when_a_number_has_more_than_64_bits_then_it_is_refused(String hex) {
    BlobReader in = new BlobReader(HexFormat.of().parseHex(hex));
    assertThrows(IllegalArgumentException.class, in::number);
  }

  @Test
  void when_a_flag_is_neither_0_nor_1_then_it_is_refused() {
    IntStream.of(2, 127, 128)
        .forEach(
            wrong ->
                assertThrows(
                    IllegalArgumentException.class,
                    new BlobReader(new BlobWriter(0).number(wrong).toBytes())::flag));
  }
}

package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineDocumentsTest {
  private static final List<String> GOOD =
      List.of("{\"a\":1}", " [1,[2]] ", "\"x\"", "true", "{\"a\":{\"b\":null}}\r");

  private static final List<String> ANY =
      List.of(
          "{\"a\":",
          "1}",
          "[",
          "]",
          "1 2",
          "{}{}",
          "tru",
          "\"",
          "{\"a\":1}x",
          "}",
          " ",
          "nul",
          "7",
          "-1.5e3");

  private final List<String> expected = new ArrayList<>();
  private final List<String> read = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 30})
  void when_lines_are_read_by_one_parser_then_each_is_what_it_would_be_alone(int wrongPercent) {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      LineDocuments documents = new LineDocuments();
      Lines lines = new Lines(40, new Reader(documents, random));
      for (int piece = 0; piece < 3; piece++) {
        byte[] bytes = text(random, wrongPercent).getBytes(UTF_8);
        documents.begin(bytes);
        lines.feed(bytes);
        documents.end();
      }
      lines.end();
      assertEquals(expected, read, "seed " + seed);
    }
  }

  private static String text(Random random, int wrongPercent) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      List<String> some = random.nextInt(100) < wrongPercent ? ANY : GOOD;
      text.append(some.get(random.nextInt(some.size())));
      text.append(random.nextInt(100) < wrongPercent ? "" : "\n");
    }
    return text.toString();
  }

  private final class Reader implements Lines.Reader {
    private final LineDocuments documents;
    private final Random random;

    private Reader(LineDocuments documents, Random random) {
      this.documents = documents;
      this.random = random;
    }

    @Override
    public void line(byte[] bytes, int from, int end) {
      // Now and then one is refused before it is read.
      if (random.nextInt(50) > 0) {
        read.add(said(() -> documents.read(bytes, from, end, LineDocumentsTest::raw)));
        Violations none = new Violations();
        expected.add(
            said(() -> Document.read(bytes, from, end - from, none, LineDocumentsTest::raw)));
      }
    }

    @Override
    public void overlong() {
      read.add("overlong");
      expected.add("overlong");
    }
  }

  private static String raw(BodyReader in) throws IOException {
    return new String(in.raw(40), UTF_8);
  }

  private static String said(Supplier<String> reading) {
    try {
      return reading.get();
    } catch (ProblemException refused) {
      return refused.problem().detail();
    }
  }
}

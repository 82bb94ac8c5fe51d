package io.longshore.loadtest;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Inputs of benchmarks as services send them: JSON of one shape with an id, a name, numbers and a
 * sentence, each different, because the journal is compressed and equal ones would flatter it.
 * About half of each is random.
 */
final class BenchInputs {
  private static final int COUNT = 1024;
  private static final long SEED = 42;
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  private static final String[] WORDS =
      ("the invoice of last month has two pages more than expected and nobody knows who signed it"
              + " please check against contract order delivery customer address tax number before"
              + " sending reply summary should name amount date currency open questions in short")
          .split(" ", -1);
  private final byte[][] inputs = new byte[COUNT][];

  /** Inputs of so many bytes each; the same in every run. */
  BenchInputs(int bytes) {
    Random random = new Random(SEED);
    for (int i = 0; i < COUNT; i++) {
      inputs[i] = json(bytes, random).getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static String json(int bytes, Random random) {
    StringBuilder json =
        new StringBuilder(bytes)
            .append("{\"document\":\"s3://inbox/")
            .append(letters(22, random))
            .append("\",\"customer\":")
            .append(10_000_000 + random.nextInt(90_000_000))
            .append(",\"pages\":")
            .append(1 + random.nextInt(9))
            .append(",\"key\":\"")
            .append(letters(Math.max(0, bytes / 4), random))
            .append("\",\"note\":\"");
    String end = "\"}";
    if (json.length() + end.length() > bytes) {
      return '"' + letters(Math.max(0, bytes - 2), random) + '"';
    }
    while (json.length() < bytes - end.length()) {
      json.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    json.setLength(bytes - end.length());
    return json.append(end).toString();
  }

  private static String letters(int count, Random random) {
    StringBuilder letters = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return letters.toString();
  }

  /** One of them; the next number gives another. Not to be changed. */
  byte[] get(int number) {
    return inputs[Math.floorMod(number, COUNT)];
  }

  /** The body of a request to submit one of them. */
  String task(String capability, int number) {
    String input = new String(get(number), StandardCharsets.US_ASCII);
    return "{\"capability\":\"" + capability + "\",\"input\":" + input + "}";
  }
}

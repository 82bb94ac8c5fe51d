package io.longshore.persistence;

import com.typesafe.config.Config;

/**
 * Sizes that follow the heap, so that a small node keeps within it and a large one makes use of it.
 */
public final class HeapShare {
  private HeapShare() {}

  /**
   * Reads a size.
   *
   * @param path of a size, or of {@code auto}: the heap divided by {@code parts}, at most {@code
   *     most}
   * @return bytes
   * @throws com.typesafe.config.ConfigException if it is missing or neither
   */
  public static long bytes(Config config, String path, int parts, long most) {
    return config.getString(path).equals("auto")
        ? Math.min(most, Runtime.getRuntime().maxMemory() / parts)
        : config.getBytes(path);
  }

  /**
   * Reads how many of something there may be.
   *
   * @param path of a number, or of {@code auto}: as many as fit the heap divided by {@code parts},
   *     at most {@code most}
   * @param each bytes of heap that one takes
   * @throws com.typesafe.config.ConfigException if it is missing or neither
   */
  public static int count(Config config, String path, int parts, long each, int most) {
    return config.getString(path).equals("auto")
        ? (int) Math.min(most, Runtime.getRuntime().maxMemory() / parts / each)
        : config.getInt(path);
  }
}

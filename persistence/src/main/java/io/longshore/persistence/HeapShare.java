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
}

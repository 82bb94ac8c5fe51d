package io.longshore.loadtest;

import java.util.List;

/** What nodes are told that live for a minute at most. */
final class ShortLived {
  /**
   * No second compiler, and no threads of a collector beside those of the others on the machine.
   */
  static final List<String> JAVA = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private ShortLived() {}
}

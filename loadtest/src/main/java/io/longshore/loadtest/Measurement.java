package io.longshore.loadtest;

import java.time.Duration;

/** One thing that is measured, in slices of time that alternate with those of others. */
interface Measurement extends AutoCloseable {

  /** What it is called in reports, such as {@code submits, 1,024 in flight}. */
  String name();

  /** Works for so long, or until it has no room for more, and says what was done. */
  Slice run(Duration length) throws InterruptedException;

  /** Takes away what the slice has left behind; not measured. */
  default void tidy() throws InterruptedException {}

  @Override
  default void close() {}
}

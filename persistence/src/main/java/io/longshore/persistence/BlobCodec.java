package io.longshore.persistence;

/**
 * Writes and reads one kind of stored thing under logical type names.
 *
 * <p>Stored things live for ever. A name is never reused and never dropped; fields are only ever
 * added at the end, where {@link BlobReader#more()} tells a reader whether they were written.
 *
 * @param <T> the thing
 */
public interface BlobCodec<T> {

  /** The logical name of this thing's type, for example {@code submitted}. */
  String name(T thing);

  /** Writes the thing's fields. */
  void write(T thing, BlobWriter out);

  /**
   * Reads what {@link #write} wrote, at this or any earlier version.
   *
   * @throws IllegalArgumentException if the name is unknown: the data comes from a newer version
   */
  T read(String name, BlobReader in);
}

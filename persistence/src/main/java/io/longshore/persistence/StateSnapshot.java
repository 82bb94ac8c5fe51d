package io.longshore.persistence;

/**
 * The whole state of a partition as of some event.
 *
 * <p>Format 1: the number 1, the logical name of the state, its length-prefixed fields. {@link
 * Packed} where that saves something.
 */
public final class StateSnapshot implements Stored {
  private static final int FORMAT = 1;
  private static final int MIN_BUFFER = 64 * 1024;
  private final byte[] blob;

  /** A snapshot as read from the database. */
  public StateSnapshot(byte[] blob) {
    this.blob = blob;
  }

  /** Encodes a state. */
  public static <S> StateSnapshot of(S state, BlobCodec<S> codec) {
    return of(state, codec, MIN_BUFFER);
  }

  /** Encodes a state of about {@code expectedSize} bytes. */
  static <S> StateSnapshot of(S state, BlobCodec<S> codec, int expectedSize) {
    BlobWriter fields = new BlobWriter(Math.max(expectedSize, MIN_BUFFER));
    codec.write(state, fields);
    BlobWriter head = new BlobWriter(64);
    head.number(FORMAT).text(codec.name(state)).number(fields.size());
    return new StateSnapshot(head.toBytes(fields));
  }

  /**
   * Decodes the state.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of a newer version
   */
  public <S> S state(BlobCodec<S> codec) {
    BlobReader in = new BlobReader(Packed.unpack(blob));
    long format = in.number();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "Snapshot format " + format + " is newer than this version can read; upgrade this node");
    }
    String name = in.text();
    BlobReader fields = in.nested();
    in.expectEnd();
    return codec.read(name, fields);
  }

  /**
   * The logical name of the state.
   *
   * @throws IllegalArgumentException if the bytes are damaged
   */
  public String name() {
    BlobReader in = new BlobReader(Packed.unpack(blob));
    in.number();
    return in.text();
  }

  @Override
  public byte[] blob() {
    return blob;
  }
}

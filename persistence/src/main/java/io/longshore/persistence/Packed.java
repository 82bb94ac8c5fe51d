package io.longshore.persistence;

import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Stored bytes, compressed where that saves something. What is written costs a database its log,
 * its tables and their indexes, each several times what it costs to compress it here: tasks of one
 * kind resemble each other, and a batch holds many.
 *
 * <p>Format 2, wherever a blob of format 1 may stand: the number 2, how many bytes the blob of
 * format 1 has, and these as an LZ4 block.
 */
public final class Packed {
  private static final int FORMAT = 2;

  /** Below this a block costs more time than it saves. */
  private static final int WORTH_IT = 512;

  private static final int MAX_HEAD = 10;

  /** An LZ4 block grows at most so many times: what claims more is damaged. */
  private static final int MAX_RATIO = 256;

  private static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.fastestInstance().safeDecompressor();

  private Packed() {}

  /** A blob of format 1 in as few bytes as come cheap: itself if it is small or random. */
  public static byte[] pack(byte[] plain) {
    if (plain.length < WORTH_IT) {
      return plain;
    }
    byte[] head = new BlobWriter(MAX_HEAD).number(FORMAT).number(plain.length).toBytes();
    byte[] packed = new byte[head.length + COMPRESSOR.maxCompressedLength(plain.length)];
    int size = COMPRESSOR.compress(plain, 0, plain.length, packed, head.length);
    if (head.length + size >= plain.length) {
      return plain;
    }
    System.arraycopy(head, 0, packed, 0, head.length);
    return Arrays.copyOf(packed, head.length + size);
  }

  /**
   * The blob of format 1, or of one that is not known here, as it was before it was packed.
   *
   * @throws IllegalArgumentException if the bytes are damaged
   */
  public static byte[] unpack(byte[] stored) {
    BlobReader in = new BlobReader(stored);
    if (in.number() != FORMAT) {
      return stored;
    }
    int length = in.count();
    int from = stored.length - in.left();
    if (length / MAX_RATIO > in.left()) {
      throw new IllegalArgumentException(
          in.left() + " packed bytes claim to be " + length + ": they are damaged");
    }
    byte[] plain = new byte[length];
    try {
      if (DECOMPRESSOR.decompress(stored, from, in.left(), plain, 0, length) == length) {
        return plain;
      }
    } catch (LZ4Exception e) {
      throw new IllegalArgumentException("Packed bytes are damaged", e);
    }
    throw new IllegalArgumentException("Packed bytes end early: they are damaged");
  }
}

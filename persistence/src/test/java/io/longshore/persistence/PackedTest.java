package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PackedTest {
  /** As format 2 was first written: the number 2, 600 bytes, an LZ4 block. */
  private static final String GOLDEN = "02d8041f010100ffff4150016c6f6e67";

  private static byte[] plain(int length) {
    byte[] plain = new byte[length];
    Arrays.fill(plain, (byte) 'x');
    plain[0] = 1;
    return plain;
  }

  @Test
  void when_many_bytes_are_alike_then_few_are_stored_and_all_come_back() {
    byte[] plain = plain(100_000);
    byte[] packed = Packed.pack(plain);
    assertTrue(packed.length < 1_000, packed.length + " bytes");
    assertArrayEquals(plain, Packed.unpack(packed));
  }

  @Test
  void when_there_are_few_bytes_or_random_ones_then_they_are_stored_as_they_are() {
    byte[] few = plain(100);
    byte[] random = new byte[100_000];
    new Random(1).nextBytes(random);
    random[0] = 1;
    for (byte[] plain : new byte[][] {few, random}) {
      assertSame(plain, Packed.pack(plain));
      assertSame(plain, Packed.unpack(plain));
    }
  }

  @Test
  void when_bytes_were_packed_long_ago_then_they_are_read() {
    byte[] plain = plain(600);
    Arrays.fill(plain, 0, 596, (byte) 1);
    plain[596] = 'l';
    plain[597] = 'o';
    plain[598] = 'n';
    plain[599] = 'g';
    assertArrayEquals(plain, Packed.unpack(HexFormat.of().parseHex(GOLDEN)));
  }

  @Test
  void when_a_packed_byte_is_damaged_then_it_is_unpacked_or_refused_and_nothing_else() {
    byte[] packed = Packed.pack(plain(2_000));
    for (int position = 0; position < packed.length; position++) {
      for (int value = 0; value < 256; value++) {
        byte[] damaged = packed.clone();
        damaged[position] = (byte) value;
        try {
          Packed.unpack(damaged);
        } catch (IllegalArgumentException refused) {
          assertTrue(refused.getMessage().contains("damaged") || position < 3, refused::toString);
        }
      }
    }
  }

  @Test
  void when_packed_bytes_end_early_then_they_are_refused() {
    byte[] packed = Packed.pack(plain(2_000));
    for (int length = 1; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThrows(IllegalArgumentException.class, () -> Packed.unpack(cut), "cut to " + length);
    }
  }

  @Test
  void when_few_bytes_claim_to_be_many_then_no_room_is_made_for_them() {
    byte[] huge = new BlobWriter(0).number(2).number(Integer.MAX_VALUE).number(0).toBytes();
    assertThrows(IllegalArgumentException.class, () -> Packed.unpack(huge));
  }
}

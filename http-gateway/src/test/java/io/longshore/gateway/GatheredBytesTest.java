package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.Doors;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** Bodies in many small pieces. */
class GatheredBytesTest {
  private static final byte[] TEXT =
      "What was sent byte by byte. ".repeat(200).getBytes(StandardCharsets.UTF_8);

  private static ByteString piece(int at) {
    return ByteString.fromArray(new byte[] {TEXT[at]});
  }

  @Test
  void when_bytes_come_one_by_one_then_they_are_kept_in_one_array() {
    GatheredBytes gathered = new GatheredBytes(piece(0));
    for (int i = 1; i < TEXT.length; i++) {
      gathered = gathered.with(piece(i));
    }
    assertArrayEquals(TEXT, gathered.toArray());
    assertSame(gathered.toArray(), gathered.toArray());
  }

  @Test
  void when_all_comes_at_once_then_it_is_not_copied_and_stays_as_it_is() {
    byte[] first = {1, 2};
    GatheredBytes gathered = new GatheredBytes(ByteString.fromArrayUnsafe(first));
    assertSame(first, gathered.toArray());
    byte[] both = gathered.with(ByteString.fromArray(new byte[] {3})).toArray();
    assertArrayEquals(new byte[] {1, 2, 3}, both);
    assertArrayEquals(
        new byte[] {1, 2, 3, 4},
        gathered
            .with(ByteString.emptyByteString())
            .with(ByteString.fromArray(new byte[] {4}))
            .toArray());
    assertArrayEquals(new byte[] {1, 2}, first);
    assertArrayEquals(new byte[] {1, 2, 3}, both);
  }

  @Test
  void when_a_body_comes_byte_by_byte_then_it_is_kept_in_one_array_and_counts_in_full() {
    ActorTestKit testKit = ActorTestKit.create();
    try {
      Doors doors = Doors.of(testKit.system());
      Admission admission =
          new Admission(
              GatewaySettings.from(ConfigFactory.load()),
              doors,
              Clock.systemUTC(),
              System::nanoTime);
      Admission.Permit permit =
          admission.arrive(ClientRates.UNCOUNTED, LoadShedder.Purpose.OTHER, 0);
      ArrivingBody body = new ArrivingBody(permit);
      assertEquals(0, body.bytes().length);
      for (int i = 0; i < TEXT.length; i++) {
        body = body.with(piece(i));
      }
      assertArrayEquals(TEXT, body.bytes());
      assertSame(body.bytes(), body.bytes());
      assertEquals(TEXT.length, doors.door("bytes").depth());
      permit.close();
      assertEquals(0, doors.door("bytes").depth());
    } finally {
      testKit.shutdownTestKit();
    }
  }
}

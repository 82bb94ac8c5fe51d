package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the flood's client makes of bytes, wherever they are cut. */
class FloodReadingTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void when_messages_come_in_pieces_then_each_is_found_once() {
    byte[] all =
        bytes("{\"body\"\"body\":12,\"id\":\"x\",\"bod\":3}{\"body\":{\"a\":1}},\"body\":7}");
    for (int cut = 0; cut <= all.length; cut++) {
      List<Long> found = new ArrayList<>();
      Marker marker = new Marker(found::add);
      marker.scan(all, 0, cut);
      marker.scan(all, cut, all.length);
      assertEquals(List.of(12L, 0L, 7L), found, "cut at " + cut);
    }
  }

  @Test
  void when_answers_come_in_pieces_then_each_is_told_whole() {
    byte[] all =
        bytes(
            "HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\nX: y\r\n\r\nhello"
                + "HTTP/1.1 204 No Content\r\n\r\n"
                + "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nrest");
    for (int cut = 0; cut <= all.length; cut++) {
      StringBuilder told = new StringBuilder();
      HttpPeer peer =
          new HttpPeer() {
            @Override
            void answered(int status, byte[] body, int length) {
              told.append(status).append(new String(body, 0, length, StandardCharsets.US_ASCII));
            }

            @Override
            void begins(int status) {
              told.append(status);
            }

            @Override
            void streamed(byte[] bytes, int from, int to) {
              told.append(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
            }

            @Override
            public void ended() {}
          };
      peer.received(all, 0, cut);
      peer.received(all, cut, all.length);
      assertEquals("202hello204101rest", told.toString(), "cut at " + cut);
    }
  }

  @Test
  void when_frames_come_in_pieces_then_texts_are_heard_and_pings_answered() {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    sent.writeBytes(new byte[] {(byte) 0x81, 2, 'a', 'b'});
    sent.writeBytes(new byte[] {(byte) 0x89, 1, 'p'});
    sent.writeBytes(new byte[] {(byte) 0x81, 126, 1, 0});
    sent.writeBytes(new byte[256]);
    sent.writeBytes(new byte[] {(byte) 0x88, 0});
    byte[] all = sent.toByteArray();
    for (int cut = 0; cut <= all.length; cut++) {
      Hearing hearing = new Hearing();
      ServerFrames frames = new ServerFrames(hearing);
      frames.scan(all, 0, cut);
      frames.scan(all, cut, all.length);
      assertEquals(258, hearing.bytes);
      assertArrayEquals(new byte[] {(byte) 0x8a, (byte) 0x81, 0, 0, 0, 0, 'p'}, hearing.pong);
      assertTrue(hearing.closed);
    }
  }

  private static final class Hearing implements ServerFrames.Heard {
    private int bytes;
    private byte[] pong = {};
    private boolean closed;

    @Override
    public void text(byte[] text, int from, int to) {
      bytes += to - from;
    }

    @Override
    public void ping(byte[] answer) {
      pong = answer;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void when_a_node_collects_garbage_then_what_is_left_is_read_from_its_log() {
    GcLog log = new GcLog();
    log.line("[1.234s] GC(3) Pause Young (Normal) (G1 Evacuation Pause) 102M->35M(512M) 4.512ms");
    log.line("[1.300s] GC(4) Concurrent Mark Cycle 12.345ms");
    log.line("[2.234s] GC(5) Pause Full (G1 Compaction Pause) 510M->40M(512M) 400.000ms");
    long now = System.nanoTime();
    List<GcLog.Collection> all = log.between(now - TimeUnit.HOURS.toNanos(1), now + 1);
    assertEquals(2, all.size());
    assertEquals(35, GcLog.floor(all));
    assertTrue(all.get(1).full());
    assertEquals(400, all.get(1).millis());
  }

  @Test
  void when_an_estimate_is_off_by_more_than_twice_then_it_is_not_honest() {
    assertTrue(new RetryAfterProbe.Estimate(4, 2.1).isHonest());
    assertTrue(new RetryAfterProbe.Estimate(1, 0.01).isHonest(), "there is nothing below 1 s");
    assertFalse(new RetryAfterProbe.Estimate(5, 2).isHonest());
    assertFalse(new RetryAfterProbe.Estimate(1, 2.1).isHonest());
  }
}

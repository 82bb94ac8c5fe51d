package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.agents.Lease;
import io.longshore.agents.MessageGap;
import io.longshore.agents.ReceivedMessage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says on an agent's connection: one JSON object with a {@code type}.
 *
 * @param text the object
 * @param lease what it hands over; null if it hands over none
 */
record SocketFrame(String text, @Nullable Lease lease) {

  /** A task to be worked on. */
  static SocketFrame task(Lease lease) {
    return new SocketFrame(
        text(
            "task",
            null,
            out -> {
              out.writeFieldName("lease");
              TaskJson.lease(out, lease);
            }),
        lease);
  }

  /** A message. */
  static SocketFrame message(ReceivedMessage message) {
    return of(
        "message",
        null,
        out -> {
          out.writeFieldName("message");
          MessageJson.message(out, message);
        });
  }

  /** Messages were lost. */
  static SocketFrame gap(MessageGap gap) {
    return of(
        "gap",
        null,
        out -> {
          out.writeFieldName("gap");
          MessageJson.gap(out, gap);
        });
  }

  /** Another reader has taken this one's place: no more messages come here. */
  static SocketFrame replaced() {
    return of("replaced", null, out -> {});
  }

  /** What became of leases. */
  static SocketFrame settled(@Nullable String ref, List<SettledLeases.Settled> leases) {
    return of("settled", ref, out -> SettledLeases.writeFields(out, leases));
  }

  /** Whether the agent should finish what it has and leave. */
  static SocketFrame drain(boolean drain) {
    return of("drain", null, out -> out.writeBooleanField("drain", drain));
  }

  /** The answer to a heartbeat. */
  static SocketFrame heartbeat(@Nullable String ref, boolean drain) {
    return of("heartbeat", ref, out -> out.writeBooleanField("drain", drain));
  }

  /** Something was not done. */
  static SocketFrame problem(@Nullable String ref, Problem problem) {
    return of(
        "problem",
        ref,
        out -> {
          out.writeFieldName("problem");
          problem.writeTo(out);
        });
  }

  private static SocketFrame of(String type, @Nullable String ref, Json.Writer fields) {
    return new SocketFrame(text(type, ref, fields), null);
  }

  private static String text(String type, @Nullable String ref, Json.Writer fields) {
    return new String(Json.bytes(out -> write(out, type, ref, fields)), UTF_8);
  }

  private static void write(
      JsonGenerator out, String type, @Nullable String ref, Json.Writer fields) throws IOException {
    out.writeStartObject();
    out.writeStringField("type", type);
    Json.text(out, "ref", ref);
    fields.writeTo(out);
    out.writeEndObject();
  }
}

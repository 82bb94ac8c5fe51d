package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.Message;
import io.longshore.agents.MessageGap;
import io.longshore.agents.MessageStatus;
import io.longshore.agents.ReceivedMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;

/** How messages look outside. */
final class MessageJson {
  private MessageJson() {}

  /** Writes what a reader was given in one document; messages say when in the same words. */
  static void received(JsonGenerator out, Received received) throws IOException {
    out.writeStartObject();
    if (received.gap() != null) {
      out.writeFieldName("gap");
      gap(out, received.gap());
    }
    out.writeArrayFieldStart("messages");
    long at = -1;
    String sentAt = "";
    for (ReceivedMessage message : received.messages()) {
      if (message.message().sentAt() != at) {
        at = message.message().sentAt();
        sentAt = Instant.ofEpochMilli(at).toString();
      }
      message(out, message, sentAt);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Writes a message as its reader gets it. */
  static void message(JsonGenerator out, ReceivedMessage received) throws IOException {
    message(out, received, Instant.ofEpochMilli(received.message().sentAt()).toString());
  }

  private static void message(JsonGenerator out, ReceivedMessage received, String sentAt)
      throws IOException {
    Message message = received.message();
    out.writeStartObject();
    out.writeStringField("id", received.id().toString());
    out.writeStringField("from", message.sender());
    out.writeStringField("priority", message.priority().name().toLowerCase(Locale.ROOT));
    out.writeStringField("sentAt", sentAt);
    Json.text(out, "capability", message.capability());
    Json.text(out, "topic", message.topic());
    Json.text(out, "correlationId", message.correlationId());
    Json.raw(out, "body", message.body());
    out.writeEndObject();
  }

  /** Writes what is known of messages that a reader will not get. */
  static void gap(JsonGenerator out, MessageGap gap) throws IOException {
    out.writeStartObject();
    if (gap.after() != null) {
      out.writeStringField("after", gap.after().toString());
    }
    if (gap.before() != null) {
      out.writeStringField("before", gap.before().toString());
    }
    if (gap.missed() != null) {
      out.writeNumberField("missed", gap.missed());
    }
    out.writeEndObject();
  }

  /** Writes how an agent's messages are. */
  static void status(JsonGenerator out, MessageStatus status) throws IOException {
    out.writeObjectFieldStart("messages");
    out.writeNumberField("waiting", status.waiting());
    out.writeNumberField("bytes", status.bytes());
    out.writeNumberField("capacity", status.capacity());
    out.writeNumberField("readers", status.readers());
    out.writeNumberField("accepted", status.accepted());
    out.writeNumberField("delivered", status.delivered());
    out.writeNumberField("refused", status.refused());
    out.writeNumberField("dropped", status.dropped());
    out.writeNumberField("expired", status.expired());
    out.writeNumberField("drainPerSecond", Math.round(status.drainPerSecond() * 10) / 10.0);
    out.writeEndObject();
  }
}

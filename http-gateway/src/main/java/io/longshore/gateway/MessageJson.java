package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.Message;
import io.longshore.agents.MessageGap;
import io.longshore.agents.MessageId;
import io.longshore.agents.MessageStatus;
import io.longshore.agents.ReceivedMessage;
import java.io.IOException;
import java.time.Instant;

/** How messages look outside. */
final class MessageJson {
  // The fields that every message has.
  private static final SerializableString ID = new SerializedString("id");
  private static final SerializableString FROM = new SerializedString("from");
  private static final SerializableString PRIORITY = new SerializedString("priority");
  private static final SerializableString SENT_AT = new SerializedString("sentAt");

  private MessageJson() {}

  /**
   * Writes what a reader was given in one document. Messages that came together say when in the
   * same words, and those of one life of the mailbox begin their ids with the same.
   */
  static void received(JsonGenerator out, Received received) throws IOException {
    out.writeStartObject();
    if (received.gap() != null) {
      out.writeFieldName("gap");
      gap(out, received.gap());
    }
    out.writeArrayFieldStart("messages");
    Alike alike = new Alike();
    for (ReceivedMessage message : received.messages()) {
      message(out, message, alike);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Writes a message as its reader gets it. */
  static void message(JsonGenerator out, ReceivedMessage received) throws IOException {
    message(out, received, new Alike());
  }

  private static void message(JsonGenerator out, ReceivedMessage received, Alike alike)
      throws IOException {
    Message message = received.message();
    out.writeStartObject();
    out.writeFieldName(ID);
    out.writeString(alike.id(received.id()));
    out.writeFieldName(FROM);
    out.writeString(message.sender());
    out.writeFieldName(PRIORITY);
    out.writeString(Text.name(message.priority()));
    out.writeFieldName(SENT_AT);
    out.writeString(alike.instant(message.sentAt()));
    Json.text(out, "capability", message.capability());
    Json.text(out, "topic", message.topic());
    Json.text(out, "correlationId", message.correlationId());
    Json.raw(out, "body", message.body());
    out.writeEndObject();
  }

  /** Words that messages of one answer mostly have in common. */
  private static final class Alike {
    private long at = -1;
    private String instant = "";
    private long incarnation = -1;
    private String prefix = "";

    String instant(long millis) {
      if (millis != at) {
        at = millis;
        instant = Instant.ofEpochMilli(millis).toString();
      }
      return instant;
    }

    String id(MessageId id) {
      if (id.incarnation() != incarnation) {
        incarnation = id.incarnation();
        String text = id.toString();
        prefix = text.substring(0, text.lastIndexOf('-') + 1);
      }
      return prefix + id.sequence();
    }
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

package io.longshore.gateway;

import io.longshore.agents.Message;
import io.longshore.agents.TaskRef.Priority;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message that says to whom it is. */
final class MessageBody {
  private static final int MAX_CORRELATION_ID = 256;

  private final BodyReader in;
  private final MessageTerms terms;
  private @Nullable Recipient to;
  private byte @Nullable [] body;
  private @Nullable String from;
  private @Nullable Priority priority;
  private @Nullable String correlationId;

  /** To whom a message may be. */
  enum Kind {
    /** One agent. */
    AGENT,
    /** One of those who offer a capability. */
    CAPABILITY,
    /** All who have subscribed to a topic. */
    TOPIC
  }

  /** To whom a message is. */
  record Recipient(Kind kind, String name) {}

  /**
   * A message and to whom it is.
   *
   * @param to one agent, or others
   */
  record Addressed(Recipient to, Message message) {}

  private MessageBody(BodyReader in, MessageTerms terms) {
    this.in = in;
    this.terms = terms;
  }

  /**
   * Reads the object that comes next; what it gives is of use only if there are no violations.
   *
   * @param terms for what it does not say
   */
  static Addressed read(BodyReader in, MessageTerms terms) throws IOException {
    MessageBody message = new MessageBody(in, terms);
    if (in.object(message::field)) {
      message.checkWhole();
    }
    return message.addressed();
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "to" -> in.object(this::recipient);
      case "body" -> body = in.raw(terms.maxBody());
      case "from" -> from = in.id();
      case "priority" -> priority = in.missing() ? null : in.priority();
      case "correlationId" -> correlationId = in.text(MAX_CORRELATION_ID);
      default -> in.unknown();
    }
  }

  private void recipient(String name) throws IOException {
    switch (name) {
      case "agent" -> recipient(Kind.AGENT, in.id());
      case "capability" -> recipient(Kind.CAPABILITY, in.wanted());
      case "topic" -> recipient(Kind.TOPIC, in.id());
      default -> in.unknown();
    }
  }

  private void recipient(Kind kind, @Nullable String name) {
    if (name == null) {
      return;
    }
    if (to != null) {
      in.violation("must be the only recipient: an agent, a capability or a topic");
    }
    to = new Recipient(kind, name);
  }

  private void checkWhole() {
    if (to == null) {
      in.violation("must have a to: {agent}, {capability} or {topic}");
    }
    if (body == null) {
      in.violation("must have a body");
    }
  }

  private Addressed addressed() {
    return new Addressed(
        to == null ? new Recipient(Kind.AGENT, "") : to,
        terms.message(body == null ? Json.nothing() : body, from, priority, correlationId));
  }
}

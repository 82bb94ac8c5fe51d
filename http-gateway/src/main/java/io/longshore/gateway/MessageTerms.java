package io.longshore.gateway;

import io.longshore.agents.Message;
import io.longshore.agents.TaskRef.Priority;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all messages of a request that do not say otherwise.
 *
 * @param maxBody bytes of a message's body
 * @param from who sends them
 * @param priority how urgent they are
 * @param now when they came, epoch milliseconds
 */
record MessageTerms(int maxBody, String from, Priority priority, long now) {

  /** Reads the parameters {@code from} and {@code priority}, and refuses all others. */
  static MessageTerms of(Call call, int maxBody, long now, Violations violations) {
    Query query = call.query(violations);
    String from = query.id("from");
    Priority priority = query.priority("priority");
    query.end();
    return new MessageTerms(maxBody, from == null ? call.clientAddress() : from, priority, now);
  }

  /** A message with this body, one JSON value. */
  Message message(byte[] body) {
    return Message.of(from, priority, body, null, now);
  }

  /** A message that says of itself what it is. */
  Message message(
      byte[] body,
      @Nullable String sender,
      @Nullable Priority urgency,
      @Nullable String correlationId) {
    return Message.of(
        sender == null ? from : sender,
        urgency == null ? priority : urgency,
        body,
        correlationId,
        now);
  }
}

package io.longshore.agents;

/**
 * A message in a reader's hands.
 *
 * @param id by which the reader may say how far it has come
 * @param receivedAt when it came into the mailbox, epoch milliseconds
 */
public record ReceivedMessage(MessageId id, long receivedAt, Message message) {}

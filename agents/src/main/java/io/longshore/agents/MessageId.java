package io.longshore.agents;

import org.jspecify.annotations.Nullable;

/**
 * Names a message that was handed to a reader: {@code incarnation-sequence}. Ids of one incarnation
 * rise in the order in which messages leave the mailbox; the ids of two incarnations say nothing
 * about each other.
 *
 * @param incarnation of the mailbox; differs for every life of it
 * @param sequence from 1 on; what the mailbox had to drop takes numbers too
 */
public record MessageId(long incarnation, long sequence) {

  /** The id that {@link #toString} wrote as this; null if it is none. */
  public static @Nullable MessageId parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 1) {
      return null;
    }
    try {
      long incarnation = Long.parseLong(text, 0, dash, Character.MAX_RADIX);
      long sequence = Long.parseLong(text, dash + 1, text.length(), 10);
      return incarnation < 0 || sequence < 0 ? null : new MessageId(incarnation, sequence);
    } catch (NumberFormatException notAnId) {
      return null;
    }
  }

  @Override
  public String toString() {
    return Long.toString(incarnation, Character.MAX_RADIX) + "-" + sequence;
  }
}

package io.longshore.agents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.TaskRef.Priority;
import java.util.List;
import java.util.stream.IntStream;

/** Messages for tests: their bodies are numbers. */
final class GivenMessages {
  private GivenMessages() {}

  /** The shipped settings with some others. */
  static MailboxSettings settings(String... lines) {
    return MailboxSettings.from(
        ConfigFactory.parseString("longshore.agents.messages { " + String.join("\n", lines) + " }")
            .withFallback(ConfigFactory.load()));
  }

  static Message message(String sender, Priority priority, int number) {
    return Message.of(sender, priority, Integer.toString(number).getBytes(UTF_8), null, 1);
  }

  static Message message(String sender, int number) {
    return message(sender, Priority.NORMAL, number);
  }

  /** Messages of one sender with these numbers, in order. */
  static List<Message> messages(String sender, int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> message(sender, i)).toList();
  }

  /** Who sent what: {@code a1}. */
  static String text(Message message) {
    return message.sender() + new String(message.body(), UTF_8);
  }
}

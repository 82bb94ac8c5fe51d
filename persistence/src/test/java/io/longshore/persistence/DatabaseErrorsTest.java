package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Database.DatabaseException;
import io.longshore.persistence.NumbersProtocol.Add;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that cannot be used says why, soon, and without its password. */
class DatabaseErrorsTest {
  @TempDir Path directory;

  @Test
  void when_the_driver_does_not_understand_the_url_then_the_error_says_how_it_should_be() {
    DatabaseException refused =
        assertThrows(
            DatabaseException.class,
            () ->
                Database.open(
                    new DatabaseSettings(
                        "jdbc:postgresql://host:not-a-port/db?password=secret", "u", "p", 4)));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("jdbc:postgresql://localhost:5432/longshore"), message);
    for (Throwable part = refused; part != null; part = part.getCause()) {
      assertFalse(String.valueOf(part.getMessage()).contains("secret"), message);
    }
  }

  @Test
  void when_nothing_listens_there_then_the_error_comes_soon_and_says_what_to_check()
      throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/longshore";
    String message = openFails(new DatabaseSettings(url, "postgres", "secret", 4));
    assertTrue(message.contains(url), message);
    assertTrue(message.contains("refused"), message);
    assertTrue(message.contains("Check that it runs"), message);
    assertFalse(message.contains("secret"), message);
  }

  @Test
  void when_the_file_is_no_database_then_the_error_says_so() throws IOException {
    Path file = directory.resolve("garbage");
    Files.writeString(directory.resolve("garbage.mv.db"), "this is no database".repeat(1000));
    String message = openFails(DatabaseSettings.embedded(file.toString()));
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.contains("cannot be used"), message);
  }

  @Test
  void when_a_node_on_the_embedded_database_has_stopped_then_another_process_can_have_the_file()
      throws IOException {
    Path file = directory.resolve("longshore");
    try (TestNode node = TestNode.start(DatabaseSettings.embedded(file.toString()))) {
      node.reply(new Add(1));
    }
    try (FileChannel channel =
        FileChannel.open(directory.resolve("longshore.mv.db"), StandardOpenOption.WRITE)) {
      assertNotNull(channel.tryLock());
    }
  }

  private static String openFails(DatabaseSettings settings) {
    return assertTimeout(
        Duration.ofSeconds(20),
        () ->
            String.valueOf(
                assertThrows(DatabaseException.class, () -> Database.open(settings)).getMessage()));
  }
}

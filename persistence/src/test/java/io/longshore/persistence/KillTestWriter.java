package io.longshore.persistence;

import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.Added;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** The process that {@link KillTest} kills: writes numbers for ever and says which were kept. */
final class KillTestWriter {
  static final String ACKNOWLEDGED = "ack ";
  private static final int IN_FLIGHT = 64;

  private KillTestWriter() {}

  /** Arguments: URL, user, password. */
  public static void main(String[] args) throws InterruptedException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.US_ASCII);
    TestNode node = TestNode.start(new DatabaseSettings(args[0], args[1], args[2], 4));
    Semaphore room = new Semaphore(IN_FLIGHT);
    for (long number = 0; ; number++) {
      room.acquire();
      node.ask(new Add(number))
          .thenAccept(
              answer -> {
                if (answer instanceof Answer.Replied<Added> replied) {
                  out.println(ACKNOWLEDGED + replied.reply().number() + ";");
                }
                room.release();
              });
    }
  }
}

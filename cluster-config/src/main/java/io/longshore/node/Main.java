package io.longshore.node;

import io.longshore.node.cli.LongshoreCommand;
import io.longshore.node.cli.Terminal;

/** The entry of every command but load tests. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.system();
    int code =
        LongshoreCommand.commandLine(
                terminal,
                new DemoCommand(terminal),
                new ServeCommand(terminal),
                JournalCommand.commandLine(terminal))
            .execute(args);
    terminal.out().flush();
    System.exit(code);
  }
}

package io.longshore.loadtest;

import io.longshore.node.cli.LongshoreCommand;
import io.longshore.node.cli.Terminal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The entry of {@code longshore loadtest}, {@code longshore bench} and {@code simulate}. */
public final class LoadtestMain {
  private LoadtestMain() {}

  /** Runs one scenario and exits with 0, or with 1 if work was lost or done twice. */
  public static void main(String[] args) {
    System.setProperty("logback.configurationFile", "logback-loadtest.xml");
    // Reports read the same wherever they are made, and a plot's numbers have no commas.
    Locale.setDefault(Locale.ROOT);
    Terminal terminal = Terminal.system();
    CommandLine line =
        new CommandLine(new Root())
            .addSubcommand(
                new CommandLine(new Loadtest())
                    .addSubcommand(new BaselineCommand(terminal))
                    .addSubcommand(new KillCommand(terminal))
                    .addSubcommand(new OutageCommand(terminal))
                    .addSubcommand(new FailoverCommand(terminal))
                    .addSubcommand(new StuckCommand(terminal))
                    .addSubcommand(new FloodCommand(terminal))
                    .addSubcommand(new WorkerCommand())
                    .addSubcommand(new HttpClientCommand())
                    .addSubcommand(new FloodClientCommand())
                    .addSubcommand(new ConnectedClientCommand()))
            .addSubcommand(
                new CommandLine(new Bench())
                    .addSubcommand(new LedgerBenchCommand(terminal))
                    .addSubcommand(new RegistryBenchCommand(terminal))
                    .addSubcommand(new CoordinationBenchCommand(terminal))
                    .addSubcommand(new MessagesBenchCommand(terminal))
                    .addSubcommand(new ConnectedBenchCommand(terminal))
                    .addSubcommand(new ClusterBenchCommand(terminal)))
            .addSubcommand(new SimulateCommand(terminal));
    LongshoreCommand.configured(line, terminal);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          terminal.err().println("The load test could not be run: " + e.getMessage());
          return 2;
        });
    System.setProperty("longshore.command", "./longshore " + String.join(" ", args));
    System.exit(line.execute(args));
  }

  @Command(name = "longshore", synopsisSubcommandLabel = "COMMAND")
  static final class Root extends Help {}

  @Command(
      name = "loadtest",
      description = "Drive a cluster from outside and report what was seen.",
      synopsisSubcommandLabel = "SCENARIO")
  static final class Loadtest extends Help {}

  @Command(
      name = "bench",
      description = "Measure a node beside what it is compared with, in one run.",
      synopsisSubcommandLabel = "BENCHMARK")
  static final class Bench extends Help {}

  static class Help implements Runnable {
    @Spec @Nullable CommandSpec spec;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this and exit.")
    boolean help;

    @Override
    public void run() {
      if (spec != null) {
        spec.commandLine().usage(spec.commandLine().getOut());
      }
    }
  }
}

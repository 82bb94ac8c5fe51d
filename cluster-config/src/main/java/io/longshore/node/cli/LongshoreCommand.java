package io.longshore.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The root of the command line. */
@Command(
    name = "longshore",
    description = "A clustered work broker for software agents.",
    versionProvider = LongshoreCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Done.",
      "1:A task failed, was canceled, or did not end in time.",
      "2:Wrong usage, no node answers, or the node refuses."
    },
    footer = {
      "",
      "longshore COMMAND --help tells more. New here? Try: longshore demo",
      "Load tests and benchmarks: longshore loadtest, bench, simulate"
    })
public final class LongshoreCommand implements Runnable {
  private static final String WHOLE = "a whole number";

  /** The parser takes no less. */
  private static final int NARROWEST_HELP = 55;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  private LongshoreCommand() {}

  /**
   * The whole command line; {@code execute(args)} on it gives the exit code.
   *
   * @param terminal where to read and write
   * @param nodeCommands commands of the node itself, annotated with {@link Command}: {@code demo},
   *     {@code serve}, {@code journal}; listed first
   */
  public static CommandLine commandLine(Terminal terminal, Object... nodeCommands) {
    CommandLine line = new CommandLine(new LongshoreCommand());
    for (Object command : nodeCommands) {
      line.addSubcommand(command);
    }
    line.addSubcommand(new AgentCommand(terminal))
        .addSubcommand(new SubmitCommand(terminal))
        .addSubcommand(new SendCommand(terminal))
        .addSubcommand(new ReceiveCommand(terminal))
        .addSubcommand(new AgentsCommand(terminal))
        .addSubcommand(new TasksCommand(terminal))
        .addSubcommand(new DeadLettersCommand(terminal))
        .addSubcommand(new RecommendationsCommand(terminal))
        .addSubcommand(new ClusterCommand(terminal));
    return configured(line, terminal);
  }

  /** A command line that looks, takes its arguments and tells of its troubles as all of ours do. */
  public static CommandLine configured(CommandLine line, Terminal terminal) {
    ColorScheme colors =
        CommandLine.Help.defaultColorScheme(terminal.style(false).on() ? Ansi.ON : Ansi.OFF);
    return line.setColorScheme(colors)
        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        .setUsageHelpWidth(Math.max(NARROWEST_HELP, Math.min(terminal.columns(), 100)))
        .setUsageHelpLongOptionsMaxWidth(30)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(URI.class, read(URI::create, "like " + ClientCommand.USUAL_URL))
        .registerConverter(int.class, read(Integer::valueOf, WHOLE))
        .registerConverter(Integer.class, read(Integer::valueOf, WHOLE))
        .registerConverter(long.class, read(Long::valueOf, WHOLE))
        .registerConverter(Long.class, read(Long::valueOf, WHOLE))
        .registerConverter(double.class, read(Double::valueOf, "a number"))
        .registerConverter(Double.class, read(Double::valueOf, "a number"))
        .setParameterExceptionHandler(LongshoreCommand::wrongUsage)
        .setExecutionExceptionHandler((e, command, parsed) -> failed(terminal, e));
  }

  /** Without a command there is nothing to do but help. */
  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String message = String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    err.println(command.getColorScheme().errorText(message));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try " + command.getCommandSpec().qualifiedName() + " --help");
    return ClientCommand.REFUSED;
  }

  /** Reads a value, or says what it should have been. */
  private static <V> ITypeConverter<V> read(Function<String, V> reader, String what) {
    return text -> {
      try {
        return reader.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + text + "' is not " + what);
      }
    };
  }

  private static int failed(Terminal terminal, Exception e) {
    Style style = terminal.errorStyle(false);
    if (e instanceof ApiException
        || e instanceof UnreachableException
        || e instanceof IOException) {
      String message =
          e instanceof NoSuchFileException ? "There is no file " + e.getMessage() : e.getMessage();
      terminal.err().println(style.red(Text.cleanLines(String.valueOf(message))));
    } else {
      terminal.err().println(style.red("Longshore has a fault: " + e));
      terminal.err().println("Please report it with what follows.");
      e.printStackTrace(terminal.err());
    }
    return ClientCommand.REFUSED;
  }

  /** Reads the version from what Maven puts into every jar. */
  static final class Version implements IVersionProvider {
    private static final String PROPERTIES =
        "/META-INF/maven/io.longshore/longshore-cluster-config/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Version.class.getResourceAsStream(PROPERTIES)) {
        if (in != null) {
          properties.load(in);
        }
      }
      return new String[] {
        "Longshore " + properties.getProperty("version", "(not packaged)"),
        "Java " + Runtime.version()
      };
    }
  }
}

package io.longshore.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes any program an agent. */
@Command(
    name = "agent",
    description = "Connect an agent: each task becomes a run of a command.",
    footerHeading = "%nThe command:%n",
    footer = {
      "  runs by sh. A string comes to its standard input as plain text, any other input as JSON.",
      "  Exit code 0: the standard output is the result, as JSON if it is JSON, else as a string",
      "  without its last newline. 65: this input can never be done; no other attempt is made.",
      "  Any other: the attempt failed, with the end of the standard error as the reason.",
      "  LONGSHORE_TASK_ID, _ATTEMPT, _CAPABILITY and _DEADLINE are in its environment.",
      "  It is killed when its task is canceled or its lease is lost.",
      "",
      "Ctrl-C: no more tasks are taken, the running ones are waited for, the rest is given back.",
      "",
      "Example: longshore agent --id loud --capability shout --exec 'tr a-z A-Z'"
    })
final class AgentCommand extends ClientCommand {
  @Option(
      names = {"-i", "--id"},
      required = true,
      paramLabel = "ID",
      description = "Who the agent is; one process for each id.")
  String id = "";

  @Option(
      names = {"-c", "--capability"},
      required = true,
      paramLabel = "NAME",
      description = "What it can do; may be repeated.")
  List<String> capabilities = List.of();

  @ArgGroup(multiplicity = "1")
  Work work = new Work();

  /** What is done with a task. */
  static final class Work {
    @Option(names = "--exec", paramLabel = "COMMAND", description = "Run this for each task.")
    @Nullable String command;

    @Option(names = "--echo", description = "Answer each task with its input, to try things out.")
    boolean echo;
  }

  @Option(
      names = {"-n", "--concurrency"},
      paramLabel = "N",
      defaultValue = "1",
      description = "Tasks at once. Default: ${DEFAULT-VALUE}")
  int concurrency;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME=VALUE",
      description = "A label that tasks may ask for; may be repeated.")
  List<String> labels = List.of();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "A topic whose messages it wants; may be repeated.")
  List<String> topics = List.of();

  @Option(names = "--region", paramLabel = "NAME", description = "Where it runs.")
  @Nullable String region;

  @Option(names = "--description", paramLabel = "TEXT", description = "What to tell people of it.")
  @Nullable String description;

  @Option(
      names = "--lease-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = {
        "How soon others may have a task if this agent dies. Running tasks are extended in time.",
        "Default: ${DEFAULT-VALUE}"
      })
  int leaseSeconds;

  @Option(
      names = "--grace-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long running tasks may take after Ctrl-C. Default: ${DEFAULT-VALUE}")
  int graceSeconds;

  @Option(
      names = {"-v", "--verbose"},
      description = "A line for each task.")
  boolean verbose;

  AgentCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (concurrency < 1 || leaseSeconds < 1 || graceSeconds < 0) {
      throw usage("--concurrency and --lease-seconds must be at least 1, --grace-seconds 0");
    }
    ApiClient client = client();
    AgentLog log = new AgentLog(terminal, style(), verbose, id);
    AgentWorker worker =
        new AgentWorker(
            new AgentApi(client, id),
            log,
            terminal,
            new AgentWorker.Settings(
                spec(),
                concurrency,
                Duration.ofSeconds(leaseSeconds),
                Duration.ofSeconds(graceSeconds)));
    ExecutorService threads = Executors.newCachedThreadPool(AgentCommand::thread);
    log.say(
        "Agent %s works on %s at %s. Ctrl-C stops it."
            .formatted(id, String.join(", ", capabilities), client.url()));
    Thread onInterrupt = new Thread(() -> stopAndExit(worker), "stop");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    worker.run(work.echo ? TaskRunner.ECHO : new CommandRunner(command(), threads), threads);
    try {
      Runtime.getRuntime().removeShutdownHook(onInterrupt);
    } catch (IllegalStateException stopsAlready) {
      return OK;
    }
    return OK;
  }

  private String command() {
    return work.command == null ? "" : work.command;
  }

  private ObjectNode spec() {
    ObjectNode spec = Json.object().put("concurrency", concurrency);
    capabilities.forEach(spec.putArray("capabilities")::add);
    topics.forEach(spec.putArray("topics")::add);
    spec.set("labels", Labels.object(labels, this));
    if (region != null) {
      spec.put("region", region);
    }
    if (description != null) {
      spec.put("description", description);
    }
    return spec;
  }

  private static void stopAndExit(AgentWorker worker) {
    try {
      worker.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // An orderly stop is a success, whatever signal asked for it.
    Runtime.getRuntime().halt(OK);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "agent");
    thread.setDaemon(true);
    return thread;
  }
}

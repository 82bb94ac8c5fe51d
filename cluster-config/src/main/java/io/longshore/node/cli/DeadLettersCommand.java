package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the tasks that were given up, tries them again or throws them away. */
@Command(
    name = "dead-letters",
    description = "List the tasks that were given up; try them again, or throw them away.")
final class DeadLettersCommand extends ClientCommand {
  private static final String PATH = "/v1/dead-letters";
  private static final int PAGE = 100;

  /** What to do instead of listing. */
  static final class Action {
    @Option(
        names = "--redrive",
        paramLabel = "TASK",
        description = "Submit this one again, as a new task.")
    @Nullable String redrive;

    @Option(
        names = "--redrive-all",
        description = "Submit all again that --capability and --agent leave.")
    boolean redriveAll;

    @Option(names = "--discard", paramLabel = "TASK", description = "Throw this one away.")
    @Nullable String discard;
  }

  @ArgGroup @Nullable Action action;

  @Option(
      names = {"-c", "--capability"},
      paramLabel = "NAME",
      description = "Only those for this capability.")
  @Nullable String capability;

  @Option(
      names = {"-a", "--agent"},
      paramLabel = "ID",
      description = "Only those that this agent held last.")
  @Nullable String agent;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "List at most so many. Default: ${DEFAULT-VALUE}")
  int limit;

  @Option(names = "--json", description = "Print what the API answers.")
  boolean json;

  DeadLettersCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws InterruptedException {
    Action wanted = action;
    if (wanted == null) {
      return list();
    } else if (wanted.redrive != null) {
      return redrive(wanted.redrive);
    } else if (wanted.discard != null) {
      client().call(ApiRequest.delete(PATH + "/" + ApiRequest.segment(wanted.discard)));
      note("Discarded.");
      return OK;
    }
    return redriveAll();
  }

  private int list() throws InterruptedException {
    ObjectNode answer = read(limit);
    if (json) {
      terminal.out().println(Json.pretty(answer));
      return OK;
    }
    print(table(answer.path("deadLetters")), "No dead letters.");
    if (answer.has("nextPageToken")) {
      note("There are older ones; --limit shows them.");
    }
    return OK;
  }

  private ObjectNode read(int most) throws InterruptedException {
    return Pages.read(
        client(), PATH, "deadLetters", most, "capability", capability, "agent", agent);
  }

  private Table table(JsonNode letters) {
    Style style = style();
    Instant now = terminal.clock().instant();
    Table table =
        new Table()
            .left("task")
            .flexible("for")
            .flexible("agent")
            .right("tries")
            .right("failed")
            .flexible("why");
    for (JsonNode letter : letters) {
      TaskInfo task = TaskInfo.of(letter);
      table
          .row()
          .cell(task.taskId())
          .cell(task.target())
          .cell(task.agentId().isEmpty() ? "-" : task.agentId())
          .cell(task.attempts() + "/" + task.maxAttempts())
          .cell(Text.duration(Duration.between(task.updatedAt(), now)), style::dim)
          .cell(task.failure(), style::red);
    }
    return table;
  }

  private int redrive(String taskId) throws InterruptedException {
    JsonNode task = again(taskId);
    terminal.out().println(json ? Json.pretty(task) : task.path("taskId").asText());
    return OK;
  }

  /** Page by page, as what was redriven is on no page any more. */
  private int redriveAll() throws InterruptedException {
    int redriven = 0;
    boolean more = true;
    while (more) {
      JsonNode page = read(PAGE);
      for (JsonNode letter : page.path("deadLetters")) {
        redriven += redriveIfThere(letter.path("taskId").asText()) ? 1 : 0;
      }
      more = page.has("nextPageToken");
    }
    note("Redriven: " + Text.count(redriven, "task") + ".");
    return OK;
  }

  private boolean redriveIfThere(String taskId) throws InterruptedException {
    try {
      JsonNode task = again(taskId);
      terminal.out().println(json ? task.toString() : taskId + " " + task.path("taskId").asText());
      return true;
    } catch (ApiException e) {
      if (e.is("no-such-dead-letter")) {
        return false; // somebody else was faster
      }
      throw e;
    }
  }

  private JsonNode again(String taskId) throws InterruptedException {
    return client().post(PATH + "/" + ApiRequest.segment(taskId) + ":redrive", null);
  }
}

package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists tasks, shows one, or answers what one asks. */
@Command(
    name = "tasks",
    description =
        "List the tasks, newest first; show one and why it went where it went; or answer one.")
final class TasksCommand extends ClientCommand {
  private static final int ROOMY = 100;

  /** More than any node takes. */
  private static final int MAX_INPUT = 16 << 20;

  @Parameters(
      arity = "0..1",
      paramLabel = "TASK",
      description = "Show this one with its decisions.")
  @Nullable String taskId;

  @Option(
      names = {"-s", "--state"},
      paramLabel = "STATE",
      description =
          "Only those submitted, working, input-required, completed, failed, canceled or rejected.")
  @Nullable String state;

  @Option(
      names = {"-c", "--capability"},
      paramLabel = "NAME",
      description = "Only those for this capability.")
  @Nullable String capability;

  @Option(
      names = {"-a", "--agent"},
      paramLabel = "ID",
      description = "Only those that this agent holds or held last.")
  @Nullable String agent;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  int limit;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description = "Answer what the task asks with this input; - for the standard input.")
  @Nullable String answer;

  @Option(names = "--json", description = "Print what the API answers.")
  boolean json;

  TasksCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (answer != null) {
      resume(answer);
    }
    return taskId == null ? list() : show(taskId);
  }

  private void resume(String file) throws IOException, InterruptedException {
    if (taskId == null) {
      throw usage("--resume needs the id of a task");
    }
    String path = "/v1/tasks/" + ApiRequest.segment(taskId);
    ObjectNode body = Json.object();
    try (InputStream input =
        file.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file))) {
      body.set("input", Json.valueOf(input.readNBytes(MAX_INPUT)));
    } catch (CharacterCodingException e) {
      throw usage("The input is neither JSON nor UTF-8 text. Encode it, for example by base64.");
    }
    client().post(path + ":resume", body);
  }

  private int list() throws InterruptedException {
    ObjectNode answer =
        Pages.read(
            client(),
            "/v1/tasks",
            "tasks",
            limit,
            "state",
            state,
            "capability",
            capability,
            "agent",
            agent);
    if (json) {
      terminal.out().println(Json.pretty(answer));
      return OK;
    }
    boolean all = state == null && capability == null && agent == null;
    print(
        table(answer.path("tasks")),
        all ? "No tasks. ./longshore submit --help tells how to hand one in." : "No such tasks.");
    if (answer.has("nextPageToken")) {
      note("There are older ones; --limit shows them.");
    }
    return OK;
  }

  private Table table(JsonNode tasks) {
    Style style = style();
    Instant now = terminal.clock().instant();
    boolean roomy = width() >= ROOMY;
    Table table =
        new Table()
            .left("task")
            .left("state")
            .flexible("for")
            .flexible("agent")
            .right("tries")
            .right("age");
    if (roomy) {
      table.right("took");
    }
    for (JsonNode json : tasks) {
      TaskInfo task = TaskInfo.of(json);
      Table.Row row = table.row();
      row.cell(task.taskId())
          .cell(task.state(), style.of(task.state()))
          .cell(task.target())
          .cell(task.agentId().isEmpty() ? "-" : task.agentId())
          .cell(task.attempts() + "/" + task.maxAttempts())
          .cell(Text.duration(Duration.between(task.createdAt(), now)), style::dim);
      if (roomy) {
        row.cell(task.ended() ? Text.duration(task.age(now)) : "-");
      }
    }
    return table;
  }

  private int show(String taskId) throws InterruptedException {
    String path = "/v1/tasks/" + ApiRequest.segment(taskId);
    JsonNode answer = client().get(path);
    if (!answer.path("decisions").isArray() && answer instanceof ObjectNode object) {
      object.set("decisions", client().get(path + "/decisions").path("decisions"));
    }
    if (json) {
      terminal.out().println(Json.pretty(answer));
    } else {
      Instant now = terminal.clock().instant();
      terminal
          .out()
          .println(String.join("\n", TaskSheet.lines(TaskInfo.of(answer), now, width(), style())));
    }
    return OK;
  }
}

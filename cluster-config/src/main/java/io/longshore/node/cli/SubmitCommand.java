package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Stack;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands in tasks. */
@Command(
    name = "submit",
    description = "Hand in a task, or one per line; with --wait, print the result.",
    footerHeading = "%nThe input:%n",
    footer = {
      "  is JSON if it is JSON, else the text itself as a JSON string.",
      "  Without --wait the task's id is printed.",
      "",
      "Example: echo 'hello' | longshore submit --capability shout --wait"
    })
final class SubmitCommand extends ClientCommand {
  private static final int MAX_INPUT = 16 << 20;

  @ArgGroup(multiplicity = "1")
  Target target = new Target();

  /** Who is to do it. */
  static final class Target {
    @Option(
        names = {"-c", "--capability"},
        paramLabel = "NAME",
        description = "For any agent that can do this.")
    @Nullable String capability;

    @Option(
        names = {"-a", "--agent"},
        paramLabel = "ID",
        description = "For this agent and no other.")
    @Nullable String agent;
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "The input; - or nothing for the standard input.")
  String file = "-";

  @Option(
      names = {"-w", "--wait"},
      arity = "0..1",
      paramLabel = "SECONDS",
      parameterConsumer = SecondsIfAny.class,
      description = "Wait for the result, at most so long; without a number, as long as it takes.")
  @Nullable Integer waitSeconds;

  /** Takes the next word only if it is a number: it may be the file. */
  static final class SecondsIfAny implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      boolean given = !words.isEmpty() && words.peek().matches("[0-9]{1,9}");
      option.setValue(given ? Integer.valueOf(words.pop()) : Integer.valueOf(0));
    }
  }

  @Option(
      names = {"-p", "--priority"},
      paramLabel = "PRIORITY",
      description = "high, normal or low.")
  @Nullable String priority;

  @Option(
      names = "--ttl-seconds",
      paramLabel = "N",
      description = "When it has not ended after so long, it fails.")
  @Nullable Double ttlSeconds;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME=VALUE",
      description = "A label that the agent must carry; may be repeated.")
  List<String> labels = List.of();

  @Option(
      names = "--reject-if-late",
      description = "Reject it rather than begin it if no agent can be done in --ttl-seconds.")
  boolean rejectIfLate;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      description = "Where its agent should be, unless it would be done much sooner elsewhere.")
  @Nullable String region;

  @Option(names = "--max-attempts", paramLabel = "N", description = "How often it may be tried.")
  @Nullable Integer maxAttempts;

  @Option(
      names = {"-k", "--idempotency-key"},
      paramLabel = "KEY",
      description = "The same key within 24 h gives the same task. Default: a random one.")
  String idempotencyKey = UUID.randomUUID().toString();

  @Option(names = "--ndjson", description = "Each line of the input is a task.")
  boolean ndjson;

  @Option(names = "--json", description = "Print the tasks as the API answers them.")
  boolean json;

  SubmitCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Duration wait = howLong(waitSeconds);
    ApiClient client = client();
    if (file.equals("-") && terminal.inIsTerminal()) {
      note("Type the input; Ctrl-D on a line of its own ends it.");
    }
    try (InputStream input =
        file.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file))) {
      return ndjson
          ? new BulkSubmit(client, terminal, json, wait).run(input, task(), idempotencyKey)
          : submit(client, input, wait);
    } catch (CharacterCodingException e) {
      throw usage("The input is neither JSON nor UTF-8 text. Encode it, for example by base64.");
    }
  }

  private static @Nullable Duration howLong(@Nullable Integer seconds) {
    if (seconds == null) {
      return null;
    }
    return seconds == 0 ? TaskWaiter.AS_LONG_AS_IT_TAKES : Duration.ofSeconds(seconds);
  }

  private int submit(ApiClient client, InputStream input, @Nullable Duration wait)
      throws IOException, InterruptedException {
    byte[] text = input.readNBytes(MAX_INPUT + 1);
    if (text.length > MAX_INPUT) {
      throw usage("The input is larger than " + Text.bytes(MAX_INPUT) + "; no node takes that.");
    }
    ObjectNode body = task();
    body.set("input", Json.valueOf(text));
    ApiRequest request = ApiRequest.post("/v1/tasks", body).idempotencyKey(idempotencyKey);
    TaskInfo task = TaskInfo.of(client.call(request).body());
    if (wait == null) {
      terminal.out().println(json ? Json.pretty(task.json()) : task.taskId());
      return OK;
    }
    if (!task.ended()) {
      task = new TaskWaiter(client, terminal).await(task.taskId(), wait);
    }
    if (json) {
      terminal.out().println(Json.pretty(task.json()));
    } else if (task.completed()) {
      terminal.out().println(plain(task.output()));
    }
    if (!task.completed()) {
      terminal.err().println(terminal.errorStyle(noColor).red(TaskWaiter.whyNot(task)));
    }
    return task.completed() ? OK : NOT_COMPLETED;
  }

  private static String plain(JsonNode output) {
    return output.isTextual() ? output.textValue() : output.toString();
  }

  /** The task without its input. */
  private ObjectNode task() {
    ObjectNode task = Json.object();
    if (target.agent != null) {
      task.put("agent", target.agent);
    } else {
      task.put("capability", target.capability);
    }
    if (priority != null) {
      task.put("priority", priority);
    }
    if (ttlSeconds != null) {
      task.put("ttlSeconds", ttlSeconds);
    }
    if (rejectIfLate) {
      task.put("rejectIfLate", true);
    }
    if (region != null) {
      task.put("region", region);
    }
    if (maxAttempts != null) {
      task.put("maxAttempts", maxAttempts);
    }
    if (!labels.isEmpty()) {
      task.set("labels", Labels.object(labels, this));
    }
    return task;
  }
}

package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads an agent's messages. */
@Command(
    name = "receive",
    description = "Read an agent's messages; each is handed out once.",
    footerHeading = "%nThe output:%n",
    footer = {
      "  is a line for each message: a text as it is, anything else as JSON; with --json the whole",
      "  message, with its id, sender and time. With --follow it goes on until Ctrl-C, also over a",
      "  time in which the node is away; when messages got lost meanwhile, that is told.",
      "",
      "Example: longshore receive --agent alice --follow"
    })
final class ReceiveCommand extends ClientCommand {
  @Option(
      names = {"-a", "--agent"},
      required = true,
      paramLabel = "ID",
      description = "Whose messages.")
  String agent = "";

  @Option(
      names = {"-n", "--max"},
      paramLabel = "N",
      description = "Stop after so many. Default: 1; with --follow no end.")
  @Nullable Integer max;

  @Option(
      names = {"-w", "--wait"},
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long to wait for the first, at most 60. Default: ${DEFAULT-VALUE}")
  double waitSeconds;

  @Option(
      names = {"-f", "--follow"},
      description = "Print messages as they come.")
  boolean follow;

  @Option(names = "--json", description = "Print whole messages.")
  boolean json;

  private long left;

  ReceiveCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (max != null && max < 1) {
      throw usage("--max must be at least 1");
    }
    return follow ? follow() : once();
  }

  private int once() throws InterruptedException {
    ObjectNode body =
        Json.object().put("max", max == null ? 1 : max).put("waitSeconds", waitSeconds);
    Duration wait = Duration.ofMillis(Math.round(waitSeconds * 1000));
    ApiRequest request = ApiRequest.post(path() + ":receive", body).waiting(wait);
    JsonNode messages = client().call(request).body().path("messages");
    messages.forEach(this::print);
    if (messages.isEmpty()) {
      note("No messages.");
    }
    return OK;
  }

  private int follow() throws InterruptedException {
    left = max == null ? Long.MAX_VALUE : max;
    FollowedEvents events = new FollowedEvents(client().nodes(), path(), terminal, this::note);
    events.run(this::event);
    return OK;
  }

  /** Whether to go on after this event. */
  private boolean event(String name, JsonNode data) {
    switch (name) {
      case "message" -> {
        print(data);
        return --left > 0;
      }
      case "gap" -> {
        note(
            data.has("missed")
                ? "Up to %s got lost."
                    .formatted(Text.count(data.path("missed").asLong(), "message"))
                : "Messages may have got lost.");
        return true;
      }
      case "replaced" -> {
        note("Another reader goes on from here.");
        return false;
      }
      case "problem" -> {
        note(ApiException.describe(data.path("status").asInt(), data));
        return true;
      }
      default -> {
        return true;
      }
    }
  }

  private String path() {
    return "/v1/agents/" + ApiRequest.segment(agent) + "/messages";
  }

  private void print(JsonNode message) {
    JsonNode body = message.path("body");
    String text = body.isTextual() ? body.textValue() : body.toString();
    terminal.out().println(json ? message.toString() : text);
  }
}

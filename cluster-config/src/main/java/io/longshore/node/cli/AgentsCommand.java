package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists agents. */
@Command(name = "agents", description = "List the agents: who is here, and who has a free hand.")
final class AgentsCommand extends ClientCommand {
  @Option(
      names = {"-c", "--capability"},
      paramLabel = "NAME",
      description = "Only those that can do this.")
  @Nullable String capability;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME=VALUE",
      description = "Only those that carry this label; may be repeated.")
  List<String> labels = List.of();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only those that want this topic's messages.")
  @Nullable String topic;

  @Option(names = "--region", paramLabel = "REGION", description = "Only those that run there.")
  @Nullable String region;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Only those that are online, offline or draining.")
  @Nullable String status;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  int limit;

  @Option(names = "--json", description = "Print what the API answers.")
  boolean json;

  AgentsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws InterruptedException {
    String path = "/v1/agents";
    for (String label : labels) {
      path = ApiRequest.query(path, "label", Labels.query(label, this));
    }
    JsonNode answer =
        Pages.read(
            client(),
            path,
            "agents",
            limit,
            "capability",
            capability,
            "topic",
            topic,
            "region",
            region,
            "status",
            status);
    if (json) {
      terminal.out().println(Json.pretty(answer));
      return OK;
    }
    boolean all =
        capability == null && labels.isEmpty() && topic == null && region == null && status == null;
    print(
        table(answer.path("agents"), style()),
        all ? "No agents. ./longshore agent --help tells how to connect one." : "No such agents.");
    if (answer.has("nextPageToken")) {
      note("There are more; --limit shows them.");
    }
    return OK;
  }

  private static Table table(JsonNode agents, Style style) {
    Table table =
        new Table()
            .flexible("agent")
            .left("status")
            .right("running")
            .right("queued")
            .right("service")
            .right("wait")
            .flexible("capabilities")
            .flexible("description");
    for (JsonNode json : agents) {
      AgentInfo agent = AgentInfo.of(json);
      table
          .row()
          .cell(agent.agentId(), style::bold)
          .cell(agent.status(), style.of(agent.status()))
          .cell(agent.running() + "/" + agent.concurrency())
          .cell(Text.count(agent.queued()))
          .cell(orDash(agent.serviceTime()))
          .cell(orDash(agent.estimatedWait()))
          .cell(String.join(", ", agent.capabilities()))
          .cell(agent.description(), style::dim);
    }
    return table;
  }

  private static String orDash(@Nullable Duration duration) {
    return duration == null ? "-" : Text.duration(duration);
  }
}

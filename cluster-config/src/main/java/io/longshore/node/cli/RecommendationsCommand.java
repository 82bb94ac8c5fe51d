package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how many agents there should be. */
@Command(
    name = "recommendations",
    description = "Show how many agents each capability should have, and which do badly.")
final class RecommendationsCommand extends ClientCommand {
  @Option(
      names = {"-c", "--capability"},
      paramLabel = "NAME",
      description = "Of this capability only.")
  @Nullable String capability;

  @Option(names = "--json", description = "Print what the API answers.")
  boolean json;

  RecommendationsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer =
        client().get(ApiRequest.query("/v1/recommendations", "capability", capability));
    if (json) {
      terminal.out().println(Json.pretty(answer));
      return OK;
    }
    print(
        table(answer.path("recommendations"), style()),
        "Nothing to recommend: no capability has had tasks or agents lately.");
    int unheard = answer.path("nodesUnheard").asInt();
    if (unheard > 0) {
      note(
          Text.count(unheard, "node") + " did not answer in time; their capabilities are missing.");
    }
    return OK;
  }

  private static Table table(JsonNode recommendations, Style style) {
    Table table =
        new Table()
            .flexible("capability")
            .right("desired")
            .right("change")
            .right("online")
            .right("tasks/s")
            .right("service")
            .right("waiting")
            .wrapped("do badly");
    for (JsonNode one : recommendations) {
      JsonNode inputs = one.path("inputs");
      int change = one.path("change").asInt();
      table
          .row()
          .cell(one.path("capability").asText(), style::bold)
          .cell(Text.count(one.path("desiredAgents").asInt()))
          .cell(change == 0 ? "-" : String.format(Locale.ROOT, "%+d", change), style::yellow)
          .cell(Text.count(inputs.path("onlineAgents").asInt()))
          .cell(decimal(inputs.path("arrivalsPerSecond")))
          .cell(
              decimal(inputs.path("serviceSeconds"))
                  + (inputs.path("serviceMeasured").asBoolean() ? " s" : " s?"))
          .cell(Text.count(inputs.path("waiting").asLong()))
          .cell(agents(one.path("agents")), style::dim);
    }
    return table;
  }

  private static String agents(JsonNode agents) {
    StringBuilder text = new StringBuilder();
    for (JsonNode agent : agents) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(agent.path("agentId").asText())
          .append(' ')
          .append(agent.path("reason").asText());
    }
    return text.toString();
  }

  private static String decimal(JsonNode value) {
    return String.format(Locale.ROOT, "%.2f", value.asDouble());
  }
}

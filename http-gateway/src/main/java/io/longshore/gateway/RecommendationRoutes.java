package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.coordinator.Recommendation;
import io.longshore.coordinator.Recommendations;
import io.longshore.coordinator.Recommendations.Gathered;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** How many agents there should be: for people and for autoscalers. */
final class RecommendationRoutes {
  private static final double SHEDDING = 0.5;
  private final Intake intake;
  private final Recommendations recommendations;

  RecommendationRoutes(Intake intake, Recommendations recommendations) {
    this.intake = intake;
    this.recommendations = recommendations;
  }

  Route routes() {
    return path("recommendations", () -> get(() -> intake.call(this::list)));
  }

  private CompletionStage<HttpResponse> list(Call call) {
    Violations violations = new Violations();
    Query query = call.query(violations);
    String capability = query.id("capability");
    query.end();
    violations.check();
    return recommendations.gather().thenApply(gathered -> response(gathered, capability));
  }

  private static HttpResponse response(Gathered gathered, @Nullable String capability) {
    return Responses.json(
        200,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("recommendations");
          for (Recommendation one : gathered.recommendations()) {
            if (capability == null || capability.equals(one.capability())) {
              write(out, one);
            }
          }
          out.writeEndArray();
          out.writeNumberField("nodesUnheard", gathered.unheard());
          out.writeEndObject();
        });
  }

  private static void write(JsonGenerator out, Recommendation one) throws IOException {
    out.writeStartObject();
    out.writeStringField("capability", one.capability());
    Json.instant(out, "observedAt", one.observedAt());
    out.writeNumberField("desiredAgents", one.desiredAgents());
    out.writeNumberField("change", one.desiredAgents() - one.onlineAgents());
    out.writeStringField("reason", reason(one));
    out.writeObjectFieldStart("inputs");
    out.writeNumberField("onlineAgents", one.onlineAgents());
    out.writeNumberField("arrivalsPerSecond", rounded(one.arrivalsPerSecond()));
    out.writeNumberField("serviceSeconds", rounded(one.serviceSeconds()));
    out.writeBooleanField("serviceMeasured", one.serviceMeasured());
    out.writeNumberField("concurrencyPerAgent", rounded(one.concurrencyPerAgent()));
    out.writeNumberField("waiting", one.waiting());
    out.writeNumberField("drainSeconds", rounded(one.drainSeconds()));
    out.writeNumberField("targetUtilization", one.targetUtilization());
    out.writeEndObject();
    out.writeArrayFieldStart("agents");
    for (Recommendation.Shunned agent : one.shunned()) {
      out.writeStartObject();
      out.writeStringField("agentId", agent.agentId());
      out.writeNumberField("weight", rounded(agent.weight()));
      out.writeBooleanField("shedding", agent.refusals() >= SHEDDING);
      out.writeStringField("reason", reason(agent));
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** The sum behind the number. */
  private static String reason(Recommendation one) {
    String waiting =
        one.waiting() == 0
            ? ""
            : " and %d wait, to be done within %s s"
                .formatted(one.waiting(), plain(one.drainSeconds()));
    return ("%s tasks/s come%s; each takes %s s%s; an agent has %s at once and is to be busy for %d %%"
            + " of the time")
        .formatted(
            plain(one.arrivalsPerSecond()),
            waiting,
            plain(one.serviceSeconds()),
            one.serviceMeasured() ? "" : " as is assumed",
            plain(one.concurrencyPerAgent()),
            Math.round(one.targetUtilization() * 100));
  }

  private static String reason(Recommendation.Shunned agent) {
    List<String> parts = new ArrayList<>();
    part(parts, "refused", agent.refusals());
    part(parts, "lost the lease of", agent.lostLeases());
    part(parts, "failed", agent.failures());
    return "lately " + String.join(", ", parts);
  }

  private static void part(List<String> parts, String what, double tasks) {
    if (tasks >= 0.05) {
      parts.add("%s %s tasks".formatted(what, plain(tasks)));
    }
  }

  private static String plain(double value) {
    String text = String.format(Locale.ROOT, value < 1 ? "%.3f" : "%.1f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}

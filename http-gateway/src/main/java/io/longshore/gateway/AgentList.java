package io.longshore.gateway;

import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.Mailboxes;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import io.longshore.registry.WantedCapability;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The call that lists agents, by id. Who is draining the directory knows; for the rest a page asks
 * each of its agents' mailboxes how it is. With {@code status} given, agents that are otherwise are
 * left out, so that a page may be short or empty and still not the last.
 */
final class AgentList {
  private static final int ASKED_AT_A_TIME = 100;
  private static final Set<String> STATUSES = Set.of("online", "offline", "draining");

  private final GatewaySettings settings;
  private final Registry registry;
  private final Mailboxes mailboxes;

  AgentList(GatewaySettings settings, Registry registry, Mailboxes mailboxes) {
    this.settings = settings;
    this.registry = registry;
    this.mailboxes = mailboxes;
  }

  private record Row(AgentRecord agent, Optional<MailboxStatus> live) {}

  CompletionStage<HttpResponse> handle(Call call) {
    Violations violations = new Violations();
    Query query = call.query(violations);
    WantedCapability capability = query.wanted("capability");
    Map<String, String> labels = query.labels();
    String topic = query.id("topic");
    String region = query.text("region");
    String status = query.text("status");
    if (status != null && !STATUSES.contains(status)) {
      violations.parameter("status", "must be online, offline or draining");
    }
    int pageSize = query.pageSize(settings);
    String after = query.pageToken();
    query.end();
    violations.check();
    Boolean draining = status == null ? null : status.equals("draining");
    AgentPage page =
        registry
            .directory()
            .find(new AgentQuery(capability, labels, topic, region, draining, after, pageSize));
    return Concurrently.map(page.agents(), ASKED_AT_A_TIME, this::row)
        .thenApply(rows -> response(rows, status, page.next()));
  }

  private CompletionStage<Row> row(AgentRecord agent) {
    return Agents.live(mailboxes, agent).thenApply(live -> new Row(agent, live));
  }

  private static HttpResponse response(
      List<Row> rows, @Nullable String status, @Nullable String last) {
    return Responses.json(
        200,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("agents");
          for (Row row : rows) {
            if (status == null || status.equals(AgentJson.status(row.agent(), row.live()))) {
              AgentJson.write(out, row.agent(), row.live());
            }
          }
          out.writeEndArray();
          Json.text(out, "nextPageToken", last == null ? null : Query.tokenAfter(last));
          out.writeEndObject();
        });
  }
}

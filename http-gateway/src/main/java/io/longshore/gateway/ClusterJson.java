package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.gateway.NodeHealth.ClusterView;
import io.longshore.gateway.NodeHealth.Member;
import io.longshore.gateway.NodeHealth.Partitions;
import io.longshore.gateway.NodeHealth.Queue;
import io.longshore.gateway.NodeHealth.Shards;
import java.io.IOException;
import java.util.List;

/** The cluster in JSON. What is not known is left out. */
final class ClusterJson {
  private ClusterJson() {}

  static void write(JsonGenerator out, ClusterView view) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", view.name());
    out.writeStringField("self", view.self());
    if (view.leader() != null) {
      out.writeStringField("leader", view.leader());
    }
    if (view.oldest() != null) {
      out.writeStringField("oldest", view.oldest());
    }
    out.writeNumberField("expectedMembers", view.expectedMembers());
    out.writeStringField("splitBrain", view.splitBrain());
    out.writeNumberField("inFlight", view.inFlight());
    out.writeArrayFieldStart("members");
    for (Member member : view.members()) {
      write(out, member);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("partitions");
    for (Partitions each : view.partitions()) {
      out.writeStartObject();
      out.writeStringField("kind", each.kind());
      out.writeNumberField("count", each.count());
      out.writeNumberField("asleep", each.asleep());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("queues");
    for (Queue queue : view.queues()) {
      out.writeStartObject();
      out.writeStringField("capability", queue.capability());
      out.writeNumberField("waiting", queue.waiting());
      out.writeNumberField("arrivalsPerSecond", queue.arrivalsPerSecond());
      out.writeNumberField("onlineAgents", queue.onlineAgents());
      out.writeEndObject();
    }
    out.writeEndArray();
    Json.texts(out, "warnings", view.warnings());
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Member member) throws IOException {
    out.writeStartObject();
    out.writeStringField("address", member.address());
    out.writeStringField("status", member.status());
    out.writeBooleanField("reachable", member.reachable());
    Json.texts(out, "roles", member.roles());
    if (!member.region().isEmpty()) {
      out.writeStringField("region", member.region());
    }
    out.writeStringField("version", member.version());
    Shards shards = member.shards();
    if (shards != null) {
      numbers(out, "ledgerPartitions", shards.ledger());
      numbers(out, "registryPartitions", shards.registry());
      out.writeNumberField("mailboxShards", shards.mailboxes());
      out.writeNumberField("coordinatorShards", shards.coordinators());
    }
    out.writeEndObject();
  }

  private static void numbers(JsonGenerator out, String name, List<Integer> numbers)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (int number : numbers) {
      out.writeNumber(number);
    }
    out.writeEndArray();
  }
}

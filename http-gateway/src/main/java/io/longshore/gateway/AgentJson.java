package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.WorkSource.Room;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import io.longshore.registry.Webhook;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How an agent looks outside. */
final class AgentJson {
  private AgentJson() {}

  /**
   * Writes an agent.
   *
   * @param live how it is; left out if not known
   */
  static void write(JsonGenerator out, AgentRecord agent, Optional<MailboxStatus> live)
      throws IOException {
    AgentSpec spec = agent.spec();
    out.writeStartObject();
    out.writeStringField("agentId", spec.agentId());
    Json.texts(out, "capabilities", new TreeSet<>(spec.capabilities()));
    Json.labels(out, new TreeMap<>(spec.labels()));
    Json.texts(out, "topics", new TreeSet<>(spec.topics()));
    out.writeNumberField("concurrency", spec.concurrency());
    Json.text(out, "description", spec.description());
    Json.text(out, "version", spec.version());
    Json.text(out, "region", spec.region());
    delivery(out, spec.delivery());
    out.writeNumberField("revision", agent.revision());
    Json.instant(out, "registeredAt", agent.registeredAt());
    Json.instant(out, "updatedAt", agent.updatedAt());
    Json.text(out, "status", status(agent, live));
    if (live.isPresent()) {
      live(out, live.get());
    }
    out.writeEndObject();
  }

  /** How an agent is, in one word; null if not known. */
  static @Nullable String status(AgentRecord agent, Optional<MailboxStatus> live) {
    if (agent.draining()) {
      return "draining";
    }
    return live.isPresent() ? live.get().room().status().name().toLowerCase(Locale.ROOT) : null;
  }

  private static void live(JsonGenerator out, MailboxStatus live) throws IOException {
    Room room = live.room();
    Json.instant(out, "lastHeardAt", live.lastHeardAt());
    out.writeNumberField("queued", room.queued());
    out.writeNumberField("running", room.running());
    out.writeNumberField("free", room.free());
    if (room.serviceMillis() > 0) {
      Json.seconds(out, "serviceTimeSeconds", room.serviceMillis());
    }
    if (live.estimatedWaitMillis() != null) {
      Json.seconds(out, "estimatedWaitSeconds", live.estimatedWaitMillis());
    }
    MessageJson.status(out, live.messages());
  }

  private static void delivery(JsonGenerator out, Delivery delivery) throws IOException {
    out.writeObjectFieldStart("delivery");
    switch (delivery.kind()) {
      case PULL -> out.writeObjectFieldStart("pull");
      case HANDLER -> {
        out.writeObjectFieldStart("handler");
        Json.text(out, "name", delivery.handler());
      }
      case WEBHOOK -> {
        out.writeObjectFieldStart("webhook");
        webhook(out, delivery.webhook());
      }
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  /** All but the secret. */
  private static void webhook(JsonGenerator out, @Nullable Webhook webhook) throws IOException {
    if (webhook == null) {
      return;
    }
    out.writeStringField("url", webhook.url());
    Json.seconds(out, "timeoutSeconds", webhook.timeoutMillis());
    Json.seconds(out, "cacheSeconds", webhook.cacheMillis());
    if (webhook.batchMax() > 1) {
      out.writeObjectFieldStart("batch");
      out.writeNumberField("max", webhook.batchMax());
      Json.seconds(out, "waitSeconds", webhook.batchWaitMillis());
      out.writeEndObject();
    }
    out.writeBooleanField("signed", webhook.signed());
  }
}

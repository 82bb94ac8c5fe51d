package io.longshore.registry;

import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import java.util.HashSet;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes and reads specs and records inside events and snapshots. Each has its length in front, so
 * that either can get fields at its end and older data still ends where it should. Sets and maps
 * are written in order: equal values give equal bytes.
 */
final class AgentCodec {
  private AgentCodec() {}

  static void writeSpec(AgentSpec spec, BlobWriter out) {
    BlobWriter part = new BlobWriter(256);
    part.text(spec.agentId())
        .texts(new TreeSet<>(spec.capabilities()))
        .textMap(new TreeMap<>(spec.labels()))
        .texts(new TreeSet<>(spec.topics()))
        .number(spec.concurrency())
        .optionalText(spec.description())
        .optionalText(spec.version())
        .optionalText(spec.region())
        .text(spec.delivery().kind().name().toLowerCase(Locale.ROOT))
        .optionalText(spec.delivery().handler());
    Webhook webhook = spec.delivery().webhook();
    if (webhook != null) {
      writeWebhook(webhook, part);
    }
    out.bytes(part.toBytes());
  }

  static AgentSpec readSpec(BlobReader in) {
    BlobReader part = new BlobReader(in.bytes());
    return new AgentSpec(
        part.text(),
        new HashSet<>(part.texts()),
        part.textMap(),
        new HashSet<>(part.texts()),
        part.count(),
        part.optionalText(),
        part.optionalText(),
        part.optionalText(),
        readDelivery(part));
  }

  private static Delivery readDelivery(BlobReader part) {
    Delivery.Kind kind = Delivery.Kind.valueOf(part.text().toUpperCase(Locale.ROOT));
    String handler = part.optionalText();
    return new Delivery(kind, handler, kind == Delivery.Kind.WEBHOOK ? readWebhook(part) : null);
  }

  /** Follows a delivery of its kind and no other. */
  private static void writeWebhook(Webhook webhook, BlobWriter out) {
    BlobWriter part = new BlobWriter(256);
    part.text(webhook.url())
        .number(webhook.timeoutMillis())
        .number(webhook.cacheMillis())
        .number(webhook.batchMax())
        .number(webhook.batchWaitMillis())
        .optionalText(webhook.secret());
    out.bytes(part.toBytes());
  }

  private static Webhook readWebhook(BlobReader in) {
    BlobReader part = new BlobReader(in.bytes());
    return new Webhook(
        part.text(),
        part.number(),
        part.number(),
        part.count(),
        part.number(),
        part.optionalText());
  }

  static void writeRecord(AgentRecord record, BlobWriter out) {
    BlobWriter part = new BlobWriter(256);
    writeSpec(record.spec(), part);
    part.number(record.revision())
        .flag(record.draining())
        .number(record.registeredAt())
        .number(record.updatedAt());
    out.bytes(part.toBytes());
  }

  static AgentRecord readRecord(BlobReader in) {
    BlobReader part = new BlobReader(in.bytes());
    return new AgentRecord(
        readSpec(part), part.number(), part.flag(), part.number(), part.number());
  }
}

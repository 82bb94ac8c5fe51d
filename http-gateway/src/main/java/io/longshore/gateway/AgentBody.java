package io.longshore.gateway;

import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import io.longshore.registry.Webhook;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body that registers an agent. */
final class AgentBody {
  private static final int MAX_NAMES = 64;
  private static final int MAX_CONCURRENCY = 10_000;
  private static final int MAX_DESCRIPTION = 1024;
  private static final int MAX_WORD = 128;

  private final BodyReader in;
  private final AddressGuard guard;
  private Set<String> capabilities = Set.of();
  private Map<String, String> labels = Map.of();
  private Set<String> topics = Set.of();
  private int concurrency = 1;
  private @Nullable String description;
  private @Nullable String version;
  private @Nullable String region;
  private Delivery delivery = Delivery.PULL;

  private AgentBody(BodyReader in, AddressGuard guard) {
    this.in = in;
    this.guard = guard;
  }

  /**
   * What the body says of this agent.
   *
   * @param guard which addresses a webhook may have
   * @throws ProblemException if anything is wrong with it
   */
  static AgentSpec read(String agentId, byte[] bytes, AddressGuard guard, Violations violations) {
    AgentBody body =
        Document.read(
            bytes,
            violations,
            in -> {
              AgentBody read = new AgentBody(in, guard);
              in.object(read::field);
              return read;
            });
    violations.check();
    return new AgentSpec(
        agentId,
        body.capabilities,
        body.labels,
        body.topics,
        body.concurrency,
        body.description,
        body.version,
        body.region,
        body.delivery);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "capabilities" -> capabilities = in.words(MAX_NAMES, in::offered);
      case "labels" -> labels = LabelsBody.read(in);
      case "topics" -> topics = in.ids(MAX_NAMES);
      case "concurrency" -> concurrency = in.whole(1, MAX_CONCURRENCY, 1);
      case "description" -> description = in.text(MAX_DESCRIPTION);
      case "version" -> version = in.text(MAX_WORD);
      case "region" -> region = in.text(MAX_WORD);
      case "delivery" -> delivery();
      default -> in.unknown();
    }
  }

  private void delivery() throws IOException {
    if (in.missing()) {
      return;
    }
    int[] kinds = new int[1];
    boolean read =
        in.object(
            kind -> {
              kinds[0]++;
              switch (kind) {
                case "pull" -> in.object(name -> in.unknown());
                case "handler" -> handler();
                case "webhook" -> webhook();
                default ->
                    in.skip("is not a kind of delivery; those are pull, handler and webhook");
              }
            });
    if (read && kinds[0] != 1) {
      in.violation("must name one kind of delivery: pull, handler or webhook");
    }
  }

  private void webhook() throws IOException {
    Webhook webhook = WebhookBody.read(in, guard);
    if (webhook != null) {
      delivery = Delivery.webhook(webhook);
    }
  }

  private void handler() throws IOException {
    String[] handler = new String[1];
    boolean read =
        in.object(
            name -> {
              if (name.equals("name")) {
                handler[0] = in.id();
              } else {
                in.unknown();
              }
            });
    if (handler[0] != null) {
      delivery = Delivery.handler(handler[0]);
    } else if (read) {
      in.violation("must have a name");
    }
  }
}

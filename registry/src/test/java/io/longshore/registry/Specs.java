package io.longshore.registry;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Specs for tests. */
final class Specs {
  private Specs() {}

  /** An agent that has these capabilities and nothing else worth a word. */
  static AgentSpec agent(String agentId, String... capabilities) {
    return new AgentSpec(
        agentId, Set.of(capabilities), Map.of(), Set.of(), 1, null, null, null, Delivery.PULL);
  }

  /** An agent that says all that can be said. */
  static AgentSpec full(String agentId) {
    return new AgentSpec(
        agentId,
        Set.of("summarize", "image.resize"),
        Map.of("team", "docs", "tier", "gold"),
        Set.of("news", "alarms"),
        8,
        "Résumés of long texts",
        "1.4.2",
        "eu-north",
        Delivery.handler("echo"));
  }

  /** An agent that has a webhook. */
  static AgentSpec hooked(String agentId, @Nullable String secret) {
    return new AgentSpec(
        agentId,
        Set.of("summarize"),
        Map.of(),
        Set.of(),
        4,
        null,
        null,
        null,
        Delivery.webhook(
            new Webhook("https://example.org/hook", 30_000, 60_000, 10, 1_000, secret)));
  }

  /** The record of an agent that registered at the epoch. */
  static AgentRecord entry(AgentSpec spec, long revision) {
    return new AgentRecord(spec, revision, false, 0, 0);
  }
}

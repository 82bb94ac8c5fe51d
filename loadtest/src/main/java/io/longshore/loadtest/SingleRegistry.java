package io.longshore.loadtest;

import io.longshore.registry.AgentRecord;
import io.longshore.registry.Capability;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What the directory is compared with: one actor that holds all agents in a map and is asked. It
 * answers the same question with the same agents, keeps nothing and decides nothing.
 */
final class SingleRegistry {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final ActorRef<Lookup> actor;

  private record Lookup(String capability, int limit, ActorRef<Found> replyTo) {}

  /** The first agents with a capability. */
  record Found(List<AgentRecord> agents) {}

  /** An actor that knows these agents. */
  SingleRegistry(ActorSystem<?> system, Iterable<AgentRecord> agents) {
    this.system = system;
    Map<String, NavigableMap<String, AgentRecord>> byCapability = new HashMap<>();
    for (AgentRecord agent : agents) {
      for (String capability : agent.spec().capabilities()) {
        byCapability
            .computeIfAbsent(Capability.nameOf(capability), name -> new TreeMap<>())
            .put(agent.agentId(), agent);
      }
    }
    actor = system.systemActorOf(answering(byCapability), "bench-single-registry", Props.empty());
  }

  private static Behavior<Lookup> answering(
      Map<String, NavigableMap<String, AgentRecord>> byCapability) {
    NavigableMap<String, AgentRecord> none = new TreeMap<>();
    return Behaviors.receiveMessage(
        lookup -> {
          List<AgentRecord> found =
              byCapability.getOrDefault(lookup.capability(), none).values().stream()
                  .limit(lookup.limit())
                  .toList();
          lookup.replyTo().tell(new Found(found));
          return Behaviors.same();
        });
  }

  /** Asks for the first agents with a capability. */
  CompletionStage<Found> ask(String capability, int limit) {
    return AskPattern.ask(
        actor, replyTo -> new Lookup(capability, limit, replyTo), PATIENCE, system.scheduler());
  }
}

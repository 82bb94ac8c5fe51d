package io.longshore.coordinator;

import io.longshore.coordinator.RecommendationProtocol.Ask;
import io.longshore.coordinator.RecommendationProtocol.Found;
import io.longshore.coordinator.RecommendationProtocol.Message;
import io.longshore.coordinator.RecommendationProtocol.Told;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * How many agents each capability should have, as its coordinator sees it wherever it lives. A node
 * keeps what its own coordinators say and asks the others when it is asked. Thread-safe.
 */
public final class Recommendations {
  private static final ServiceKey<Ask> KEY =
      ServiceKey.create(Ask.class, "longshore-recommendations");

  /** What is older was said by a coordinator that lives no more, or not here. */
  private static final int STALE_INTERVALS = 30;

  private final ActorSystem<?> system;
  private final RecommendationSettings settings;
  private final Clock clock;
  private final Map<String, Recommendation> own = new ConcurrentHashMap<>();
  private volatile Set<ActorRef<Ask>> nodes = Set.of();

  private Recommendations(ActorSystem<?> system, RecommendationSettings settings, Clock clock) {
    this.system = system;
    this.settings = settings;
    this.clock = clock;
  }

  /** Starts to listen to other nodes. */
  static Recommendations start(
      ActorSystem<?> system, RecommendationSettings settings, Clock clock) {
    Recommendations all = new Recommendations(system, settings, clock);
    system.systemActorOf(all.listener(), "recommendations", Props.empty());
    return all;
  }

  private Behavior<Message> listener() {
    return Behaviors.setup(
        context -> {
          ActorRef<Receptionist.Listing> found =
              context.messageAdapter(Receptionist.Listing.class, Found::new);
          ActorRef<Ask> self = context.getSelf().narrow();
          context.getSystem().receptionist().tell(Receptionist.register(KEY, self));
          context.getSystem().receptionist().tell(Receptionist.subscribe(KEY, found));
          return Behaviors.receive(Message.class)
              .onMessage(
                  Ask.class,
                  ask -> {
                    ask.replyTo().tell(new Told(own()));
                    return Behaviors.same();
                  })
              .onMessage(
                  Found.class,
                  listing -> {
                    nodes = Set.copyOf(listing.listing().getServiceInstances(KEY));
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /** A coordinator of this node says so. */
  void publish(Recommendation recommendation) {
    own.put(recommendation.capability(), recommendation);
  }

  /** The coordinator of a capability is not on this node any more. */
  void withdraw(String capability) {
    own.remove(capability);
  }

  /** What the coordinators of this node say: the most urgent of it, if there is very much. */
  public List<Recommendation> own() {
    long since = clock.millis() - settings.interval().multipliedBy(STALE_INTERVALS).toMillis();
    own.values().removeIf(one -> one.observedAt() < since);
    return own.values().stream()
        .sorted(
            Comparator.<Recommendation>comparingInt(
                    one -> -Math.abs(one.desiredAgents() - one.onlineAgents()))
                .thenComparing(Recommendation::capability))
        .limit(settings.maxPerNode())
        .toList();
  }

  /**
   * What all coordinators say.
   *
   * @param recommendations ordered by capability, the newest of each
   * @param unheard how many nodes have not answered in time: theirs are missing
   */
  public record Gathered(List<Recommendation> recommendations, int unheard) {}

  /** Asks all nodes; never completes exceptionally. */
  public CompletionStage<Gathered> gather() {
    List<CompletableFuture<Optional<Told>>> answers = new ArrayList<>();
    for (ActorRef<Ask> node : nodes) {
      Duration timeout = settings.askTimeout();
      answers.add(
          AskPattern.ask(node, Ask::new, timeout, system.scheduler())
              .handle((told, failure) -> Optional.ofNullable(told))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(done -> merge(answers.stream().map(CompletableFuture::join).toList()));
  }

  private static Gathered merge(List<Optional<Told>> answers) {
    Map<String, Recommendation> byCapability = new TreeMap<>();
    int unheard = 0;
    for (Optional<Told> answer : answers) {
      if (answer.isEmpty()) {
        unheard++;
      } else {
        for (Recommendation one : answer.get().recommendations()) {
          byCapability.merge(
              one.capability(), one, (a, b) -> a.observedAt() >= b.observedAt() ? a : b);
        }
      }
    }
    return new Gathered(List.copyOf(byCapability.values()), unheard);
  }
}

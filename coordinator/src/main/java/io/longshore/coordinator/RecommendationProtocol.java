package io.longshore.coordinator;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** What nodes say to each other about their coordinators' recommendations. */
public final class RecommendationProtocol {
  private RecommendationProtocol() {}

  /** Everything of it that travels between nodes; bound to one serializer. */
  public sealed interface Wire permits Ask, Told {}

  /** What a node's listener understands. */
  sealed interface Message permits Ask, Found {}

  /** Sent by any node: what do the coordinators on this node recommend? Answered at once. */
  public record Ask(ActorRef<Told> replyTo) implements Wire, Message {}

  /** Answers {@link Ask}: those that differ most from what there is, if there are very many. */
  public record Told(List<Recommendation> recommendations) implements Wire {}

  /** Told by the receptionist: these nodes are there. */
  record Found(Receptionist.Listing listing) implements Message {}
}

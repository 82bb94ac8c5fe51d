package io.longshore.loadtest;

import io.longshore.node.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What messages between nodes are compared with: each is told to an actor of the other node on its
 * own, and that one tells an actor of this node that it has come. No asks, no shards, no mailboxes.
 */
final class RemoteTells implements Measurement {
  /** The serializer's name for what is told, for the nodes' configuration. */
  static final String BINDING =
      "pekko.actor.serialization-bindings.\"io.longshore.loadtest.RemoteTells$Wire\"";

  private final int inFlight;
  private final BenchInputs inputs;
  private final ActorRef<Tell> there;
  private final ActorRef<Come> here;
  private final SlotAnswers answers;

  /** Everything that travels. */
  sealed interface Wire permits Tell, Come {}

  /** A message of this slot. */
  record Tell(int slot, byte[] body, ActorRef<Come> replyTo) implements Wire {}

  /** It has come. */
  record Come(int slot) implements Wire {}

  /**
   * Tells from one node to the other.
   *
   * @param inFlight how many are on their way at a time
   */
  RemoteTells(Node from, Node to, int inFlight, BenchInputs inputs) {
    this.inFlight = inFlight;
    this.inputs = inputs;
    this.answers = new SlotAnswers(inFlight);
    ActorRef<Tell> echo =
        to.system()
            .systemActorOf(
                Behaviors.<Tell>receiveMessage(
                    tell -> {
                      tell.replyTo().tell(new Come(tell.slot()));
                      return Behaviors.same();
                    }),
                "bench-tells",
                Props.empty());
    String path = ActorRefResolver.get(to.system()).toSerializationFormat(echo);
    there = ActorRefResolver.get(from.system()).resolveActorRef(path);
    here =
        from.system()
            .systemActorOf(
                Behaviors.<Come>receiveMessage(
                    come -> {
                      answers.come(come.slot(), 1);
                      return Behaviors.same();
                    }),
                "bench-told",
                Props.empty());
  }

  @Override
  public String name() {
    return "single remote tells";
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return ClosedLoop.run(
        inFlight,
        slot -> {
          CompletableFuture<Integer> answer = answers.next(slot);
          there.tell(new Tell(slot, inputs.get(slot), here));
          return answer;
        },
        length);
  }
}

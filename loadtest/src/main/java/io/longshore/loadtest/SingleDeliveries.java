package io.longshore.loadtest;

import io.longshore.agents.MailboxProtocol.Command;
import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.DeliverReply;
import io.longshore.agents.Sent;
import io.longshore.node.Node;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * The same messages to the same mailboxes as {@link RemoteMessages}, but each told on its own: what
 * messages between nodes would be without lanes.
 */
final class SingleDeliveries implements Measurement {
  private static final EntityTypeKey<Command> MAILBOX =
      EntityTypeKey.create(Command.class, "mailbox");
  private final int inFlight;
  private final BenchInputs inputs;
  private final ClusterSharding sharding;
  private final List<AgentRecord> agents;
  private final ActorRef<DeliverReply> here;
  private final SlotAnswers answers;

  /**
   * Messages from one node.
   *
   * @param agents whose mailboxes are on the other
   */
  SingleDeliveries(Node from, List<AgentRecord> agents, int inFlight, BenchInputs inputs) {
    this.inFlight = inFlight;
    this.inputs = inputs;
    this.sharding = ClusterSharding.get(from.system());
    this.agents = List.copyOf(agents);
    this.answers = new SlotAnswers(inFlight);
    this.here =
        from.system()
            .systemActorOf(
                Behaviors.<DeliverReply>receiveMessage(
                    reply -> {
                      Sent sent = reply.taken().sent();
                      answers.come((int) reply.number(), sent.accepted() + sent.dropped());
                      return Behaviors.same();
                    }),
                "bench-delivered",
                Props.empty());
  }

  @Override
  public String name() {
    return "single deliveries";
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return ClosedLoop.run(
        inFlight,
        slot -> {
          CompletableFuture<Integer> answer = answers.next(slot);
          String agentId = agents.get(slot % agents.size()).agentId();
          sharding
              .entityRefFor(MAILBOX, agentId)
              .tell(new Deliver(slot, List.of(RemoteMessages.message(slot, inputs)), false, here));
          return answer;
        },
        length);
  }
}

package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** A cluster of two nodes that hold the mailboxes of some agents, in one process. */
final class TwoNodes implements AutoCloseable {
  private static final String NODE =
      """
      pekko.actor { provider = cluster, allow-java-serialization = off }
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.cluster { roles = ["work"], jmx.enabled = off }
      # What a mailbox keeps is lost when it moves.
      pekko.cluster.sharding.rebalance-interval = 1 h
      pekko.coordinated-shutdown.run-by-actor-system-terminate = off
      longshore.agents { handler-threads = 1, ask-timeout = 30 s, messages.lane.reply-timeout = 30 s }
      """;

  final List<AgentRecord> agents = IntStream.range(0, 24).mapToObj(TwoNodes::agent).toList();
  final ActorTestKit first = ActorTestKit.create("nodes", ConfigFactory.load(config()));
  final ActorTestKit second = ActorTestKit.create("nodes", ConfigFactory.load(config()));
  final Mailboxes here;
  final Mailboxes there;

  TwoNodes() {
    Cluster one = Cluster.get(first.system());
    one.manager().tell(Join.create(one.selfMember().address()));
    Cluster.get(second.system()).manager().tell(Join.create(one.selfMember().address()));
    TestProbe<Object> patience = first.createTestProbe(Object.class);
    patience.awaitAssert(
        Duration.ofSeconds(60),
        () -> {
          assertEquals(2, up(first));
          assertEquals(2, up(second));
          return 2;
        });
    here = start(first);
    there = start(second);
    // Once it has found one, it is known as a node that can have mailboxes.
    patience.awaitAssert(
        Duration.ofSeconds(60),
        () ->
            assertInstanceOf(
                Answer.Replied.class, there.status(agents.get(0)).toCompletableFuture().join()));
  }

  private static Config config() {
    return ConfigFactory.parseString(NODE);
  }

  private static int up(ActorTestKit node) {
    int members = 0;
    for (Member member : Cluster.get(node.system()).state().getMembers()) {
      members += member.status() == MemberStatus.up() ? 1 : 0;
    }
    return members;
  }

  private Mailboxes start(ActorTestKit node) {
    Clock clock = Clock.systemUTC();
    return Mailboxes.start(
        node.system(),
        MailboxSettings.from(node.system().settings().config()),
        clock,
        new LedgerDouble(clock, heard -> {}),
        id -> agents.stream().filter(agent -> agent.agentId().equals(id)).findAny(),
        id -> CompletableFuture.completedFuture(false),
        this::search,
        Handlers.of(),
        WebhookSender.NONE);
  }

  private AgentPage search(AgentQuery query) {
    List<AgentRecord> found =
        agents.stream()
            .filter(agent -> query.topic() == null || agent.spec().topics().contains(query.topic()))
            .filter(
                agent -> query.capability() == null || query.capability().isOfferedBy(agent.spec()))
            .filter(
                agent ->
                    query.afterAgentId() == null
                        || agent.agentId().compareTo(query.afterAgentId()) > 0)
            .toList();
    boolean more = found.size() > query.limit();
    List<AgentRecord> page = more ? found.subList(0, query.limit()) : found;
    return new AgentPage(page, more ? page.get(page.size() - 1).agentId() : null);
  }

  private static AgentRecord agent(int number) {
    AgentSpec spec =
        new AgentSpec(
            "agent-" + (char) ('a' + number),
            Set.of(number < 16 ? "other" : "work@2." + number % 2 + ".0"),
            Map.of(),
            number % 3 == 0 ? Set.of("news") : Set.of(),
            1,
            null,
            null,
            null,
            Delivery.PULL);
    return new AgentRecord(spec, 1, false, 1, 1);
  }

  @Override
  public void close() {
    second.shutdownTestKit();
    first.shutdownTestKit();
  }
}

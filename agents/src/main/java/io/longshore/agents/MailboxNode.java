package io.longshore.agents;

import io.longshore.agents.HeldLeases.Timer;
import io.longshore.agents.MailboxProtocol.Command;
import io.longshore.agents.MailboxProtocol.Leave;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.NodeGone;
import io.longshore.persistence.CalmAllocation;
import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import io.longshore.persistence.Leaving;
import io.longshore.registry.AgentRecord;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/** A node's share of the mailboxes, and its ways to all of them. */
final class MailboxNode {
  /** Names the mailboxes in the cluster; never changes, or nodes would not find each other's. */
  static final EntityTypeKey<Command> KEY = EntityTypeKey.create(Command.class, "mailbox");

  private final ClusterSharding sharding;
  private final AgentMailbox.Environment environment;
  private final Leaving leaving;
  private final Postage postage;
  private final AtomicReference<@Nullable String> url;

  private MailboxNode(
      ActorSystem<?> system,
      ClusterSharding sharding,
      AgentMailbox.Environment environment,
      AtomicReference<@Nullable String> url) {
    this.url = url;
    this.sharding = sharding;
    this.environment = environment;
    this.leaving = Leaving.watch(system, "mailboxes");
    MessageSettings.Lane limits = settings().messages().lane();
    List<MessageLane> lanes =
        IntStream.range(0, settings().shards())
            .mapToObj(
                shard ->
                    new MessageLane(
                        lane -> system.systemActorOf(lane, "message-lane-" + shard, Props.empty()),
                        carry -> {
                          if (!leaving()) {
                            mailbox(MessageRelay.entityId(shard)).tell(carry);
                          }
                        },
                        limits))
            .toList();
    int shards = settings().shards();
    this.postage =
        new Postage(
            lanes,
            agentId -> shardOf(agentId, shards),
            environment.local(),
            leaving,
            limits,
            environment.counters(),
            environment.clock());
  }

  /** Starts this node's share, as {@link Mailboxes} says. */
  static MailboxNode start(
      ActorSystem<?> system,
      MailboxSettings settings,
      Clock clock,
      WorkSource source,
      Function<String, Optional<AgentRecord>> directory,
      Function<String, CompletionStage<Boolean>> gone,
      Handlers handlers,
      WebhookSender webhooks) {
    Executor handlerThreads =
        system
            .dispatchers()
            .lookup(DispatcherSelector.fromConfig("longshore.agents.handler-dispatcher"));
    NodeWork work =
        new NodeWork(handlers, handlerThreads, webhooks, source, timer(system), clock, settings);
    AtomicReference<@Nullable String> url = new AtomicReference<>();
    Door door = Doors.of(system).door("messages");
    MailboxCounters counters = new MailboxCounters(door::refused);
    door.measures(counters::waitingBytes, settings.messages()::nodeBytes);
    AgentMailbox.Environment environment =
        new AgentMailbox.Environment(
            settings,
            clock,
            source,
            directory,
            gone,
            work,
            new ConcurrentHashMap<>(),
            counters,
            () -> ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE),
            url::get);
    finishBeforeLeaving(system, environment);
    system.systemActorOf(
        GoneNodes.create(
            node ->
                environment
                    .local()
                    .values()
                    .forEach(mailbox -> mailbox.actor().tell(new NodeGone(node)))),
        "mailboxes-gone-nodes",
        Props.empty());
    ClusterSharding sharding = ClusterSharding.get(system);
    sharding.init(
        Entity.of(KEY, entity -> entity(sharding, entity, environment))
            .withRole(settings.role())
            .withMessageExtractor(new Extractor(settings.shards()))
            .withAllocationStrategy(CalmAllocation.of(system, clock))
            .withEntityProps(MailboxSelector.bounded(settings.commandCapacity()))
            // A mailbox knows better than its shard when it is idle: it also works without
            // messages.
            .withSettings(ClusterShardingSettings.create(system).withNoPassivationStrategy()));
    return new MailboxNode(system, sharding, environment, url);
  }

  static Timer timer(ActorSystem<?> system) {
    return (delay, task) -> {
      Cancellable later = system.scheduler().scheduleOnce(delay, task, system.executionContext());
      return later::cancel;
    };
  }

  /** While the ledger can still be told: what has not started goes back, what has ends. */
  private static void finishBeforeLeaving(
      ActorSystem<?> system, AgentMailbox.Environment environment) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceRequestsDone(),
            "mailboxes-finish",
            () -> {
              CompletionStage<Void> finished =
                  environment.node().held.leave(environment.settings().workers().leaveTimeout());
              environment.local().values().forEach(mailbox -> mailbox.actor().tell(new Leave()));
              return finished.thenApply(nothing -> Done.done());
            });
  }

  private static Behavior<Command> entity(
      ClusterSharding sharding,
      EntityContext<Command> entity,
      AgentMailbox.Environment environment) {
    String id = entity.getEntityId();
    if (MessageRelay.shardOf(id) != null) {
      return MessageRelay.create(
          environment.local(),
          (agentId, command) -> sharding.entityRefFor(KEY, agentId).tell(command),
          environment.settings().messages().lane().replyTimeout().dividedBy(2));
    }
    Behavior<Letter> mailbox =
        AgentMailbox.create(
            id, environment, self -> entity.getShard().tell(new ClusterSharding.Passivate<>(self)));
    return mailbox.narrow();
  }

  /**
   * The number of the shard that an agent's mailbox belongs to. What {@link Extractor} says,
   * without making a text of it for each message; but never negative, as Pekko's is where the hash
   * code of an id has no absolute value: the relay of any shard finds that mailbox.
   */
  static int shardOf(String agentId, int shards) {
    int hash = agentId.hashCode();
    return Math.floorMod(hash < 0 ? -hash : hash, shards);
  }

  MailboxSettings settings() {
    return environment.settings();
  }

  /** Where this node's API is, as its mailboxes tell workers; null if they do not. */
  @Nullable String url() {
    return url.get();
  }

  /** From now on mailboxes of this node tell workers so. */
  void servesAt(String here) {
    url.set(here);
  }

  /** Whether nothing must be sent any more. */
  boolean leaving() {
    return leaving.begun();
  }

  /** An agent's mailbox, wherever it is. */
  EntityRef<Command> mailbox(String agentId) {
    return sharding.entityRefFor(KEY, agentId);
  }

  /** The way of messages from this node. */
  Postage postage() {
    return postage;
  }

  /** Mailboxes are spread by their ids; a shard's relay belongs to that shard. */
  static final class Extractor
      extends ShardingMessageExtractor<ShardingEnvelope<Command>, Command> {
    private final HashCodeMessageExtractor<Command> byHash;

    Extractor(int shards) {
      byHash = new HashCodeMessageExtractor<>(shards);
    }

    @Override
    public String entityId(ShardingEnvelope<Command> envelope) {
      return envelope.entityId();
    }

    @Override
    public String shardId(String entityId) {
      String shard = MessageRelay.shardOf(entityId);
      return shard == null ? byHash.shardId(entityId) : shard;
    }

    @Override
    public Command unwrapMessage(ShardingEnvelope<Command> envelope) {
      return envelope.message();
    }
  }
}

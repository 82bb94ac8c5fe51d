package io.longshore.registry;

import io.longshore.persistence.NoRoom;
import io.longshore.persistence.PartitionCommand;
import io.longshore.persistence.PartitionMessage;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What can be said to a registry partition and what it answers. */
public final class RegistryProtocol {
  private RegistryProtocol() {}

  /** Everything of this floor that travels between nodes; bound to one serializer. */
  public sealed interface Wire permits Command, Reply, Watch, DirectoryUpdate {}

  /**
   * Sent by {@link Registry} through the partition client; each is decided and committed. Sending
   * one again after an indeterminate answer changes nothing that the first did not.
   */
  public sealed interface Command<R extends Reply> extends Wire, PartitionCommand<R> {
    /** Whose record it is about; names the partition. */
    String agentId();
  }

  /** All replies; each command names its own family. */
  public sealed interface Reply extends Wire
      permits RegisterReply, DeregisterReply, DrainReply, FindReply {}

  /**
   * Registers an agent or replaces what it said of itself; whether it is draining stays as it is.
   * Saying again what the record says already is no change: it keeps its revision.
   *
   * @param ifRevision replace only this revision, unless the record says the same already; 0 means
   *     only if absent; null means always
   */
  public record Register(AgentSpec spec, @Nullable Long ifRevision)
      implements Command<RegisterReply> {
    @Override
    public String agentId() {
      return spec.agentId();
    }

    @Override
    public int weight() {
      return spec.weight();
    }
  }

  /** Answers {@link Register}. */
  public sealed interface RegisterReply extends Reply
      permits Registered, RevisionMismatch, RegistryFull {}

  /** The record is committed; {@code created} if this command made it and there was none before. */
  public record Registered(AgentRecord agent, boolean created) implements RegisterReply {}

  /** The condition did not hold; nothing has changed. {@code actual} is 0 if there is no record. */
  public record RevisionMismatch(long actual) implements RegisterReply, DeregisterReply {}

  /**
   * The partition holds as much as it may; nothing has changed.
   *
   * @param limit the limit that was met, for people: {@code 10000 agents}
   */
  public record RegistryFull(String limit) implements RegisterReply, NoRoom {
    @Override
    public String lacking() {
      return limit.endsWith(" bytes") ? "bytes" : "agents";
    }
  }

  /**
   * Removes an agent's record.
   *
   * @param ifRevision remove only this revision; null means always
   */
  public record Deregister(String agentId, @Nullable Long ifRevision)
      implements Command<DeregisterReply> {}

  /** Answers {@link Deregister}. */
  public sealed interface DeregisterReply extends Reply
      permits Deregistered, RevisionMismatch, NoSuchAgent {}

  /** The record is gone. */
  public record Deregistered(String agentId) implements DeregisterReply {}

  /** There is no such agent; nothing has changed. */
  public record NoSuchAgent(String agentId) implements DeregisterReply, DrainReply, FindReply {}

  /** Tells an agent to take no new work, or to take it again. */
  public record SetDraining(String agentId, boolean draining) implements Command<DrainReply> {}

  /** Answers {@link SetDraining}. */
  public sealed interface DrainReply extends Reply permits DrainingSet, NoSuchAgent {}

  /** The record as it is now. */
  public record DrainingSet(AgentRecord agent) implements DrainReply {}

  /** Reads one record from its authority, for callers that cannot wait for their replica. */
  public record Find(String agentId) implements Command<FindReply> {}

  /** Answers {@link Find}. */
  public sealed interface FindReply extends Reply permits Found, NoSuchAgent {}

  /** The record. */
  public record Found(AgentRecord agent) implements FindReply {}

  /**
   * Sent by each node's directory every few seconds: keeps the partition awake, renews the
   * subscription and tells how far the replica has come. Answered by {@link DirectoryUpdate}s, at
   * once and then after each commit.
   *
   * @param knownRevision the last revision applied; 0 for nothing
   */
  public record Watch(ActorRef<DirectoryUpdate> subscriber, long knownRevision)
      implements Wire, PartitionMessage {}

  /**
   * Sent by a partition to every subscribed directory: its records that last changed after {@code
   * fromRevision} and up to {@code toRevision}, as they were at {@code goal}. What is too big for
   * one message comes as several, each starting where the one before ended.
   *
   * @param partition whose
   * @param kind how it is to be applied
   * @param fromRevision what the replica must have; where a listing starts, what it told in its
   *     {@link Watch}
   * @param toRevision what the replica, or the listing it is receiving, has after applying
   * @param goal the partition's revision when it sent this; reached by the last of several messages
   * @param upserts records new or changed
   * @param removals ids of agents that are gone; empty in listings
   */
  public record DirectoryUpdate(
      int partition,
      Kind kind,
      long fromRevision,
      long toRevision,
      long goal,
      List<AgentRecord> upserts,
      List<String> removals)
      implements Wire, DirectoryActor.Message {

    public DirectoryUpdate {
      upserts = List.copyOf(upserts);
      removals = List.copyOf(removals);
    }

    /** How an update is to be applied. */
    public enum Kind {
      /** To the replica as it is. */
      CHANGE,
      /** Starts a complete listing, which takes the replica's place when it reaches its goal. */
      LISTING,
      /** Continues the listing with the same goal, and no other: it tells no removals. */
      LISTING_CONTINUED
    }
  }
}

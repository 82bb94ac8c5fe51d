package io.longshore.registry;

import io.longshore.persistence.Answer;
import io.longshore.persistence.OnceUp;
import io.longshore.persistence.Partitions;
import io.longshore.persistence.Rehearsal;
import io.longshore.persistence.StableHash;
import io.longshore.registry.RegistryProtocol.Command;
import io.longshore.registry.RegistryProtocol.Deregister;
import io.longshore.registry.RegistryProtocol.DeregisterReply;
import io.longshore.registry.RegistryProtocol.DrainReply;
import io.longshore.registry.RegistryProtocol.Find;
import io.longshore.registry.RegistryProtocol.FindReply;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.RegistryProtocol.Register;
import io.longshore.registry.RegistryProtocol.RegisterReply;
import io.longshore.registry.RegistryProtocol.Reply;
import io.longshore.registry.RegistryProtocol.SetDraining;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * Who exists and what they can do: this node's door to the registry. Thread-safe.
 *
 * <p>No stage completes exceptionally. What comes of a command is an {@link Answer}: its reply, a
 * refusal that changed nothing, or {@link Answer.Indeterminate}, after which the same command may
 * be sent again.
 */
public final class Registry {
  private final Partitions partitions;
  private final Directory directory;
  private final AtomicInteger missing;

  private Registry(ActorSystem<?> system, RegistrySettings settings, Clock clock) {
    partitions =
        Partitions.start(
            system,
            settings.partitions(),
            RegistryPartition.TYPE_NAME,
            partition -> RegistryPartition.create(partition, settings, clock),
            clock);
    directory = new Directory(settings.maxScan());
    missing = new AtomicInteger(partitions.count());
    OnceUp.start(
        system,
        DirectoryActor.create(
            directory,
            missing,
            (watch, partition) -> partitions.tell(partition, watch),
            settings.watchInterval()),
        "registry-directory");
  }

  /** Reads some of the registry as it does when it takes partitions over, before it joins. */
  public static void rehearse(ActorSystem<?> system, RegistrySettings settings) {
    Rehearsal.await(
        system,
        RegistryPartition.TYPE_NAME,
        new RegistryLogic(settings.maxAgents(), settings.maxBytes()));
  }

  /** Starts this node's part of the registry; once for each actor system. */
  public static Registry start(ActorSystem<?> system, RegistrySettings settings, Clock clock) {
    return new Registry(system, settings, clock);
  }

  /**
   * Registers an agent or replaces what it said of itself.
   *
   * @param ifRevision replace only this revision; 0 means only if absent; null means always
   */
  public CompletionStage<Answer<RegisterReply>> register(
      AgentSpec spec, @Nullable Long ifRevision) {
    return ask(new Register(spec, ifRevision));
  }

  /**
   * Removes an agent.
   *
   * @param ifRevision remove only this revision; null means always
   */
  public CompletionStage<Answer<DeregisterReply>> deregister(
      String agentId, @Nullable Long ifRevision) {
    return ask(new Deregister(agentId, ifRevision));
  }

  /** Tells an agent to take no new work, or to take it again. */
  public CompletionStage<Answer<DrainReply>> setDraining(String agentId, boolean draining) {
    return ask(new SetDraining(agentId, draining));
  }

  /** Reads a record from its authority: sees all that was answered before, on whatever node. */
  public CompletionStage<Answer<FindReply>> find(String agentId) {
    return ask(new Find(agentId));
  }

  /**
   * Reads a record from the directory, at once, or where that has none from the authority: finds
   * every agent whose registration was answered, perhaps not as it was just changed.
   */
  public CompletionStage<Answer<FindReply>> lookup(String agentId) {
    Optional<AgentRecord> known = directory.find(agentId);
    return known.isPresent()
        ? CompletableFuture.completedFuture(new Answer.Replied<>(new Found(known.get())))
        : find(agentId);
  }

  /** This node's copy of all records. */
  public Directory directory() {
    return directory;
  }

  /** Whether the directory has once had all that every partition had. */
  public boolean ready() {
    return missing.get() == 0;
  }

  /** How many partitions have not been heard of lately; ready means none. */
  public int asleep() {
    return partitions.asleep();
  }

  private <R extends Reply> CompletionStage<Answer<R>> ask(Command<R> command) {
    return partitions.ask(StableHash.bucket(command.agentId(), partitions.count()), command);
  }
}

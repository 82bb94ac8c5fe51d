package io.longshore.registry;

import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.PartitionLogic;
import io.longshore.registry.RegistryEvent.AgentDeregistered;
import io.longshore.registry.RegistryEvent.AgentDrainingSet;
import io.longshore.registry.RegistryEvent.AgentRegistered;
import io.longshore.registry.RegistryProtocol.Command;
import io.longshore.registry.RegistryProtocol.Deregister;
import io.longshore.registry.RegistryProtocol.Deregistered;
import io.longshore.registry.RegistryProtocol.DrainingSet;
import io.longshore.registry.RegistryProtocol.Find;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.RegistryProtocol.NoSuchAgent;
import io.longshore.registry.RegistryProtocol.Register;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistryProtocol.RegistryFull;
import io.longshore.registry.RegistryProtocol.RevisionMismatch;
import io.longshore.registry.RegistryProtocol.SetDraining;
import java.util.Objects;

/**
 * What a registry partition decides. A command that finds the record as it would leave it commits
 * nothing, so that sending it again is harmless.
 */
final class RegistryLogic implements PartitionLogic<RegistryState, Command<?>, RegistryEvent> {
  private final int maxAgents;
  private final long maxBytes;

  /** Refuses to hold more than {@code maxAgents} records or {@code maxBytes} of them. */
  RegistryLogic(int maxAgents, long maxBytes) {
    this.maxAgents = maxAgents;
    this.maxBytes = maxBytes;
  }

  @Override
  public RegistryState empty() {
    return new RegistryState();
  }

  @Override
  public Verdict<RegistryEvent> decide(RegistryState state, Command<?> command, long now) {
    if (command instanceof Register register) {
      return register(state, register, now);
    }
    if (command instanceof Deregister deregister) {
      return deregister(state, deregister, now);
    }
    if (command instanceof SetDraining setDraining) {
      return setDraining(state, setDraining, now);
    }
    return find(state, (Find) command);
  }

  private Verdict<RegistryEvent> register(RegistryState state, Register command, long now) {
    AgentRecord old = state.find(command.agentId());
    AgentSpec spec = command.spec().after(old == null ? null : old.spec());
    Long condition = command.ifRevision();
    boolean onlyIfAbsent = condition != null && condition == 0;
    if (old != null && old.spec().equals(spec) && !onlyIfAbsent) {
      return Verdict.reply(command, new Registered(old, false));
    }
    long actual = old == null ? 0 : old.revision();
    if (condition != null && condition != actual) {
      return Verdict.reply(command, new RevisionMismatch(actual));
    }
    if (old == null && state.size() >= maxAgents) {
      return Verdict.reply(command, new RegistryFull(maxAgents + " agents"));
    }
    long growth = spec.weight() - (old == null ? 0L : old.spec().weight());
    if (growth > 0 && state.bytes() + growth > maxBytes) {
      return Verdict.reply(command, new RegistryFull(maxBytes + " bytes"));
    }
    RegistryEvent event = new AgentRegistered(spec, now);
    return Verdict.reply(command, new Registered(recordAfter(state, event), old == null), event);
  }

  private Verdict<RegistryEvent> deregister(RegistryState state, Deregister command, long now) {
    AgentRecord old = state.find(command.agentId());
    if (old == null) {
      return Verdict.reply(command, new NoSuchAgent(command.agentId()));
    }
    Long condition = command.ifRevision();
    if (condition != null && condition != old.revision()) {
      return Verdict.reply(command, new RevisionMismatch(old.revision()));
    }
    return Verdict.reply(
        command,
        new Deregistered(command.agentId()),
        new AgentDeregistered(command.agentId(), now));
  }

  private Verdict<RegistryEvent> setDraining(RegistryState state, SetDraining command, long now) {
    AgentRecord old = state.find(command.agentId());
    if (old == null) {
      return Verdict.reply(command, new NoSuchAgent(command.agentId()));
    }
    if (old.draining() == command.draining()) {
      return Verdict.reply(command, new DrainingSet(old));
    }
    RegistryEvent event = new AgentDrainingSet(command.agentId(), command.draining(), now);
    return Verdict.reply(command, new DrainingSet(recordAfter(state, event)), event);
  }

  private Verdict<RegistryEvent> find(RegistryState state, Find command) {
    AgentRecord record = state.find(command.agentId());
    return Verdict.reply(
        command, record == null ? new NoSuchAgent(command.agentId()) : new Found(record));
  }

  private static AgentRecord recordAfter(RegistryState state, RegistryEvent event) {
    return Objects.requireNonNull(state.after(event), "this event leaves a record");
  }

  @Override
  public void evolve(RegistryState state, RegistryEvent event) {
    state.evolve(event);
  }

  @Override
  public BlobCodec<RegistryEvent> events() {
    return RegistryEventCodec.INSTANCE;
  }

  @Override
  public BlobCodec<RegistryState> snapshots() {
    return RegistrySnapshotCodec.INSTANCE;
  }
}

package io.longshore.registry;

/**
 * What has happened to the records of a partition. Each event raises the partition's revision by
 * one; the record it changes takes that revision. Kept for ever, see {@link RegistryEventCodec}.
 */
sealed interface RegistryEvent {

  /** Whose record changed. */
  String agentId();

  /** When, epoch milliseconds. */
  long at();

  /** An agent registered, or replaced what it had said of itself. */
  record AgentRegistered(AgentSpec spec, long at) implements RegistryEvent {
    @Override
    public String agentId() {
      return spec.agentId();
    }
  }

  /** An agent's record was removed. */
  record AgentDeregistered(String agentId, long at) implements RegistryEvent {}

  /** An agent was told to take no new work, or to take it again. */
  record AgentDrainingSet(String agentId, boolean draining, long at) implements RegistryEvent {}
}

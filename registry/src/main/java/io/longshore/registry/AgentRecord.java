package io.longshore.registry;

/**
 * A registered agent.
 *
 * @param spec what it says of itself
 * @param revision rises with every change to the agent's partition, so that it never repeats, not
 *     even when the agent is removed and registered again; the {@code ETag}
 * @param draining whether it was told to take no new work
 * @param registeredAt when it first registered, epoch milliseconds
 * @param updatedAt when it last changed, epoch milliseconds
 */
public record AgentRecord(
    AgentSpec spec, long revision, boolean draining, long registeredAt, long updatedAt) {

  /** Who it is. */
  public String agentId() {
    return spec.agentId();
  }
}

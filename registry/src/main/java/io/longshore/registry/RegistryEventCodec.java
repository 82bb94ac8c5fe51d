package io.longshore.registry;

import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import io.longshore.registry.RegistryEvent.AgentDeregistered;
import io.longshore.registry.RegistryEvent.AgentDrainingSet;
import io.longshore.registry.RegistryEvent.AgentRegistered;

/** Events in the journal. Names stay for ever; fields are only added, at the end. */
final class RegistryEventCodec implements BlobCodec<RegistryEvent> {
  static final RegistryEventCodec INSTANCE = new RegistryEventCodec();

  private static final String REGISTERED = "agent-registered";
  private static final String DEREGISTERED = "agent-deregistered";
  private static final String DRAINING_SET = "agent-draining-set";

  private RegistryEventCodec() {}

  @Override
  public String name(RegistryEvent event) {
    if (event instanceof AgentRegistered) {
      return REGISTERED;
    }
    return event instanceof AgentDeregistered ? DEREGISTERED : DRAINING_SET;
  }

  @Override
  public void write(RegistryEvent event, BlobWriter out) {
    if (event instanceof AgentRegistered registered) {
      AgentCodec.writeSpec(registered.spec(), out);
      out.number(registered.at());
    } else if (event instanceof AgentDeregistered deregistered) {
      out.text(deregistered.agentId()).number(deregistered.at());
    } else {
      AgentDrainingSet set = (AgentDrainingSet) event;
      out.text(set.agentId()).flag(set.draining()).number(set.at());
    }
  }

  @Override
  public RegistryEvent read(String name, BlobReader in) {
    return switch (name) {
      case REGISTERED -> new AgentRegistered(AgentCodec.readSpec(in), in.number());
      case DEREGISTERED -> new AgentDeregistered(in.text(), in.number());
      case DRAINING_SET -> new AgentDrainingSet(in.text(), in.flag(), in.number());
      default ->
          throw new IllegalArgumentException(
              "Registry event " + name + " is of a newer version; upgrade this node");
    };
  }
}

package io.longshore.agents;

import io.longshore.agents.HeldLeases.Timer;
import io.longshore.persistence.Answer.Replied;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.RegisterReply;
import io.longshore.registry.RegistryProtocol.Registered;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the agents of a node's configuration, again and again until each is: the registry may
 * not be there yet when a node starts. Saying the same on every node changes nothing.
 */
final class HandlerRegistration {
  private static final Logger log = LoggerFactory.getLogger(HandlerRegistration.class);
  private static final Duration WHEN_FULL = Duration.ofMinutes(1);
  private static final Duration LEAST = Duration.ofMillis(200);

  private final Registry registry;
  private final Timer timer;

  HandlerRegistration(Registry registry, Timer timer) {
    this.registry = registry;
    this.timer = timer;
  }

  void register(AgentSpec agent) {
    registry
        .register(agent, null)
        .whenComplete(
            (answer, error) -> {
              if (answer instanceof Replied<RegisterReply> replied) {
                replied(agent, replied.reply());
              } else {
                again(agent, answer == null ? LEAST : answer.retryAfter());
              }
            });
  }

  private void replied(AgentSpec agent, RegisterReply reply) {
    if (reply instanceof Registered) {
      log.info(
          "Agent {} is registered with handler {}", agent.agentId(), agent.delivery().handler());
    } else {
      log.warn(
          "Agent {} of the configuration cannot be registered: {}. Remove agents that are gone, or"
              + " raise the registry's limits.",
          agent.agentId(),
          reply);
      again(agent, WHEN_FULL);
    }
  }

  private void again(AgentSpec agent, Duration after) {
    timer.after(after.compareTo(LEAST) < 0 ? LEAST : after, () -> register(agent));
  }
}

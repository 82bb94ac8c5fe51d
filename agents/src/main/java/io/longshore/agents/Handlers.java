package io.longshore.agents;

import com.typesafe.config.Config;
import io.longshore.registry.AgentSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The handlers a node has, and the agents that its configuration makes of them. */
public final class Handlers {
  private final Map<String, TaskHandler> byName;
  private final List<AgentSpec> agents;

  private Handlers(List<TaskHandler> handlers, List<AgentSpec> agents) {
    byName =
        handlers.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    TaskHandler::name, Function.identity(), Handlers::onlyOne));
    this.agents = List.copyOf(agents);
  }

  /**
   * All handlers on the class path, and the agents under {@code longshore.agents.handlers}.
   *
   * @throws IllegalArgumentException if two handlers have the same name, one cannot be loaded, or
   *     an agent names one that is not there; the message says what to do
   */
  public static Handlers load(Config application) {
    List<TaskHandler> found = new ArrayList<>(onClassPath());
    List<AgentSpec> agents = new HandlerAgents(found).read(application);
    return new Handlers(found, agents);
  }

  private static List<TaskHandler> onClassPath() {
    try {
      return ServiceLoader.load(TaskHandler.class).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IllegalArgumentException(
          "A task handler cannot be loaded: "
              + e.getMessage()
              + ". Mend its jar or take it off the class path.",
          e);
    }
  }

  /**
   * These handlers, and no agents.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public static Handlers of(TaskHandler... handlers) {
    return new Handlers(Arrays.asList(handlers), List.of());
  }

  /** The handler of this name, if the node has it. */
  public Optional<TaskHandler> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** What the node's handlers are called. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** The agents to register when the node starts. */
  List<AgentSpec> agents() {
    return agents;
  }

  private static TaskHandler onlyOne(TaskHandler one, TaskHandler other) {
    throw new IllegalArgumentException(
        "Two handlers are named %s: %s and %s. Rename one or take its jar off the class path."
            .formatted(one.name(), one.getClass().getName(), other.getClass().getName()));
  }
}

package io.longshore.agents;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The handlers a node has. */
public final class Handlers {
  private final Map<String, TaskHandler> byName;

  private Handlers(List<TaskHandler> handlers) {
    byName =
        handlers.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    TaskHandler::name, Function.identity(), Handlers::onlyOne));
  }

  /**
   * All handlers on the class path.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public static Handlers load() {
    return new Handlers(
        ServiceLoader.load(TaskHandler.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  /**
   * These handlers.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public static Handlers of(TaskHandler... handlers) {
    return new Handlers(Arrays.asList(handlers));
  }

  /** The handler of this name, if the node has it. */
  public Optional<TaskHandler> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** What the node's handlers are called. */
  public Set<String> names() {
    return byName.keySet();
  }

  private static TaskHandler onlyOne(TaskHandler one, TaskHandler other) {
    throw new IllegalArgumentException(
        "Two handlers are named %s: %s and %s. Rename one or take its jar off the class path."
            .formatted(one.name(), one.getClass().getName(), other.getClass().getName()));
  }
}

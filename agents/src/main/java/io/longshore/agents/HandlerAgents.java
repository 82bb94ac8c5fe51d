package io.longshore.agents;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which agents a node's configuration makes of its handlers. */
final class HandlerAgents {
  private static final String PATH = "longshore.agents.handlers";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");
  private static final Set<String> KEYS =
      Set.of(
          "handler",
          "capabilities",
          "labels",
          "topics",
          "concurrency",
          "description",
          "version",
          "region");

  private final List<TaskHandler> handlers;

  /** {@code handlers} are those there are; one that is named by its class is added to them. */
  HandlerAgents(List<TaskHandler> handlers) {
    this.handlers = handlers;
  }

  /**
   * The agents.
   *
   * @throws IllegalArgumentException if one is not as it must be; the message says what to do
   */
  List<AgentSpec> read(Config application) {
    List<AgentSpec> agents = new ArrayList<>();
    if (application.hasPath(PATH)) {
      ConfigObject all = application.getObject(PATH);
      for (String agentId : new TreeSet<>(all.keySet())) {
        if (!(all.get(agentId) instanceof ConfigObject one)) {
          throw wrong(agentId, "must be an object");
        }
        agents.add(read(agentId, one.toConfig()));
      }
    }
    return agents;
  }

  private AgentSpec read(String agentId, Config config) {
    isId(agentId, agentId);
    for (String key : config.root().keySet()) {
      if (!KEYS.contains(key)) {
        throw wrong(agentId, "has no setting " + key + "; it has " + new TreeSet<>(KEYS));
      }
    }
    try {
      TaskHandler handler = handler(agentId, config.getString("handler"));
      isId(agentId, handler.name());
      Set<String> capabilities = ids(agentId, config, "capabilities");
      return new AgentSpec(
          agentId,
          capabilities.isEmpty() ? Set.of(handler.name()) : capabilities,
          labels(config),
          ids(agentId, config, "topics"),
          config.hasPath("concurrency") ? config.getInt("concurrency") : 1,
          text(config, "description"),
          text(config, "version"),
          text(config, "region"),
          Delivery.handler(handler.name()));
    } catch (ConfigException e) {
      throw wrong(agentId, "is not as it must be: " + e.getMessage());
    }
  }

  /** By its name, or by the name of its class, which is then made if none is there. */
  private TaskHandler handler(String agentId, String named) {
    for (TaskHandler handler : handlers) {
      if (handler.name().equals(named) || handler.getClass().getName().equals(named)) {
        return handler;
      }
    }
    TaskHandler made = make(agentId, named);
    handlers.add(made);
    return made;
  }

  private TaskHandler make(String agentId, String className) {
    try {
      return Class.forName(className)
          .asSubclass(TaskHandler.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      throw wrong(
          agentId,
          "names the handler %s, which this node has not; it has %s. Put its jar into plugins/ or"
                  .formatted(
                      className, new TreeSet<>(handlers.stream().map(TaskHandler::name).toList()))
              + " elsewhere on the class path, or mend the name");
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw wrong(
          agentId,
          "names the class %s, which cannot be used: it must be a public TaskHandler with a public"
                  .formatted(className)
              + " constructor without parameters ("
              + e
              + ")");
    }
  }

  private static Set<String> ids(String agentId, Config config, String key) {
    Set<String> ids = config.hasPath(key) ? Set.copyOf(config.getStringList(key)) : Set.of();
    ids.forEach(id -> isId(agentId, id));
    return ids;
  }

  private static Map<String, String> labels(Config config) {
    Map<String, String> labels = new HashMap<>();
    if (config.hasPath("labels")) {
      config
          .getObject("labels")
          .forEach((name, value) -> labels.put(name, String.valueOf(value.unwrapped())));
    }
    return labels;
  }

  private static @Nullable String text(Config config, String key) {
    return config.hasPath(key) ? config.getString(key) : null;
  }

  private static void isId(String agentId, String id) {
    if (!ID.matcher(id).matches()) {
      throw wrong(agentId, "has the name '" + id + "'; it must be 1 to 128 of A-Z a-z 0-9 . _ ~ -");
    }
  }

  private static IllegalArgumentException wrong(String agentId, String what) {
    return new IllegalArgumentException(PATH + "." + agentId + " " + what + ".");
  }
}

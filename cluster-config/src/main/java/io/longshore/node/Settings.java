package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.longshore.agents.Handlers;
import io.longshore.agents.MailboxSettings;
import io.longshore.coordinator.CoordinatorSettings;
import io.longshore.gateway.GatewaySettings;
import io.longshore.persistence.ArchiveSettings;
import io.longshore.registry.RegistrySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node can be told, checked.
 *
 * @param node what is particular to it
 * @param registry who exists
 * @param coordinator the ledger, and who gets which task
 * @param mailboxes the live side of agents
 * @param gateway HTTP
 * @param archive where ended tasks are kept
 * @param handlers who works inside the node
 */
record Settings(
    NodeSettings node,
    RegistrySettings registry,
    CoordinatorSettings coordinator,
    MailboxSettings mailboxes,
    GatewaySettings gateway,
    ArchiveSettings archive,
    Handlers handlers) {
  private static final Duration DONE_MARGIN = Duration.ofSeconds(5);

  /** All of leaving but what can be configured. */
  private static final Duration LEAVE_WITHIN = Duration.ofSeconds(45);

  /** What Pekko and the journal plugin need to know of all this, to be laid over the rest. */
  Config toPekkoConfig() {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.coordinated-shutdown.phases.service-requests-done.timeout",
                requestsDoneWithin()))
        .withFallback(node.toPekkoConfig());
  }

  /** How long the node may take to stop, from when it is told to. */
  Duration stopTimeout() {
    return node.drainDelay().plus(requestsDoneWithin()).plus(LEAVE_WITHIN);
  }

  /** The requests under way and the work of handlers end side by side. */
  private Duration requestsDoneWithin() {
    Duration requests = gateway.shutdownDeadline();
    Duration work = mailboxes.workers().leaveTimeout();
    return (requests.compareTo(work) > 0 ? requests : work).plus(DONE_MARGIN);
  }

  /**
   * Reads and checks them all.
   *
   * @param config whole, as {@link NodeSettings#load} gives it
   * @throws ConfigurationException which tells all that is wrong, not only the first
   */
  static Settings from(Config config) {
    Config defaults = Configuration.defaults();
    Checked checked = new Checked(config, defaults);
    checked.problems.addAll(new KnownKeys(defaults).problems(config));
    NodeSettings node = checked.read(NodeSettings::from);
    RegistrySettings registry = checked.read(RegistrySettings::from);
    CoordinatorSettings coordinator = checked.read(CoordinatorSettings::from);
    MailboxSettings mailboxes = checked.read(MailboxSettings::from);
    GatewaySettings gateway = checked.read(GatewaySettings::from);
    ArchiveSettings archive = checked.read(ArchiveSettings::from);
    Handlers handlers = checked.read(Handlers::load);
    if (!checked.problems.isEmpty()
        || node == null
        || registry == null
        || coordinator == null
        || mailboxes == null
        || gateway == null
        || archive == null
        || handlers == null) {
      throw new ConfigurationException(List.copyOf(checked.problems));
    }
    return new Settings(node, registry, coordinator, mailboxes, gateway, archive, handlers);
  }

  /** Reads one record after the other and gathers what is wrong with each. */
  private static final class Checked {
    private static final int MOST_PER_RECORD = 20;
    private final Set<String> problems = new LinkedHashSet<>();
    private final Config config;
    private final Config defaults;
    private final List<String> given = new ArrayList<>();

    Checked(Config config, Config defaults) {
      this.config = config;
      this.defaults = defaults;
      for (Map.Entry<String, ConfigValue> each : config.withOnlyPath("longshore").entrySet()) {
        if (!Configuration.isDefault(each.getValue())) {
          given.add(each.getKey());
        }
      }
    }

    /**
     * A record, or null if its values are wrong. A record tells of one wrong value; that value is
     * then taken back to its default, to see what else there is.
     */
    <T> @Nullable T read(Function<Config, T> reader) {
      Config tried = config;
      for (int i = 0; i < MOST_PER_RECORD; i++) {
        String problem = problem(reader, tried);
        if (problem == null) {
          return i == 0 ? reader.apply(tried) : null;
        }
        problems.add(problem);
        Config without = without(problem, reader, tried);
        if (without == null) {
          return null;
        }
        tried = without;
      }
      return null;
    }

    /** The configuration without the given value that is behind a problem, if it is one. */
    private @Nullable Config without(String problem, Function<Config, ?> reader, Config tried) {
      for (String path : given) {
        Config without =
            defaults.hasPath(path)
                ? tried.withValue(path, defaults.getValue(path))
                : tried.withoutPath(added(path));
        if (!without.equals(tried) && !problem.equals(problem(reader, without))) {
          return without;
        }
      }
      return null;
    }

    /** The whole of what a path without a default belongs to, such as one of several agents. */
    private String added(String path) {
      List<String> prefix = new ArrayList<>();
      for (String element : ConfigUtil.splitPath(path)) {
        prefix.add(element);
        if (!defaults.hasPath(ConfigUtil.joinPath(prefix))) {
          break;
        }
      }
      return ConfigUtil.joinPath(prefix);
    }

    private static @Nullable String problem(Function<Config, ?> reader, Config config) {
      try {
        var unused = reader.apply(config);
        return null;
      } catch (ConfigException | IllegalArgumentException | ArithmeticException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }
}

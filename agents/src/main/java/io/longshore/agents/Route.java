package io.longshore.agents;

import io.longshore.registry.Capability;

/**
 * Where a task goes to be placed: a capability that any agent may have, or one agent.
 *
 * @param kind which of the two
 * @param name the capability as it was asked for, perhaps with a range of versions, {@code
 *     summarize@^2}; or the agent's id
 */
public record Route(Kind kind, String name) {

  /** Any agent with this capability. */
  public static Route capability(String name) {
    return new Route(Kind.CAPABILITY, name);
  }

  /** This agent and no other. */
  public static Route agent(String agentId) {
    return new Route(Kind.AGENT, agentId);
  }

  /**
   * The route whose coordinator places the tasks of this one: the same, or that of the capability
   * in whatever version, since agents announce their room by the names of what they can do.
   */
  public Route withoutRange() {
    String base = kind == Kind.CAPABILITY ? Capability.nameOf(name) : name;
    return base.length() == name.length() ? this : new Route(kind, base);
  }

  /** The route as an entity id: {@code capability:summarize}, {@code agent:alice}. */
  public String key() {
    return (kind == Kind.CAPABILITY ? "capability:" : "agent:") + name;
  }

  /**
   * The inverse of {@link #key()}.
   *
   * @throws IllegalArgumentException if it is not such a key
   */
  public static Route ofKey(String key) {
    int colon = key.indexOf(':');
    String kind = colon < 0 ? "" : key.substring(0, colon);
    String name = key.substring(colon + 1);
    return switch (kind) {
      case "capability" -> capability(name);
      case "agent" -> agent(name);
      default -> throw new IllegalArgumentException("Not a route: " + key);
    };
  }

  /** Which of the two. */
  public enum Kind {
    /** Any agent that can. */
    CAPABILITY,
    /** One agent. */
    AGENT
  }
}

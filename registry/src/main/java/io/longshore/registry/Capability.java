package io.longshore.registry;

import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * What an agent can do, as it says it: a name and perhaps the version of what it offers under that
 * name, {@code summarize} or {@code summarize@2.3.1}.
 *
 * @param name without the version
 * @param version of semantic versioning; null if the agent told none
 */
public record Capability(String name, @Nullable Semver version) {
  /** Stands between name and version, and in no name. */
  static final char AT = '@';

  /** Most characters of a version or a range. */
  static final int MAX_VERSION = 128;

  private static final Recent<String, Capability> PARSED = new Recent<>(1 << 12);

  /**
   * What a text says. One that was accepted before this version of Longshore knew better is taken
   * for a name without a version.
   */
  static Capability of(String text) {
    Capability known = PARSED.find(text);
    if (known != null) {
      return known;
    }
    int at = text.indexOf(AT);
    return PARSED.keep(
        text,
        at < 0
            ? new Capability(text, null)
            : new Capability(Shared.text(text.substring(0, at)), version(text.substring(at + 1))));
  }

  /** The name alone. */
  public static String nameOf(String text) {
    int at = text.indexOf(AT);
    return at < 0 ? text : text.substring(0, at);
  }

  /**
   * What is wrong with the part of a text behind the name, without the subject; null if nothing is.
   * The rule for names is not looked at.
   */
  public static @Nullable String versionViolation(String text) {
    int at = text.indexOf(AT);
    return at < 0 || version(text.substring(at + 1)) != null
        ? null
        : "must have a semantic version behind the @, such as %s@2.3.1"
            .formatted(text.substring(0, at));
  }

  private static @Nullable Semver version(String text) {
    Semver version = text.length() > MAX_VERSION ? null : Semver.parse(text);
    return version != null && version.getVersion().equals(text) ? version : null;
  }
}

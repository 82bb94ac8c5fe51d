package io.longshore.registry;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;
import org.semver4j.range.RangeList;
import org.semver4j.range.RangeListFactory;

/**
 * What a task or a search wants: a capability, and perhaps only some versions of it. Ranges are
 * those of npm: {@code summarize@^2}, {@code @~1.4}, {@code @1.x}, {@code @>=1.2 <3 || 4},
 * {@code @2.3.1}, {@code @*}. Pre-releases match only ranges that name one. Immutable.
 */
public final class WantedCapability {
  private static final String NUMBER = "(?:0|[1-9]\\d{0,8})";
  private static final String PART = "(?:" + NUMBER + "|[xX*])";
  private static final String TAG = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
  private static final String PARTIAL =
      "%s(?:\\.%s(?:\\.%s(?:-%s)?(?:\\+%s)?)?)?".formatted(NUMBER, PART, PART, TAG, TAG);
  private static final String COMPARATOR = "(?:\\*|(?:[<>]=?|[=^~])? ?" + PARTIAL + ")";
  private static final String ALTERNATIVE =
      "(?:%s - %s|%s(?: +%s)*)".formatted(PARTIAL, PARTIAL, COMPARATOR, COMPARATOR);

  /** The library takes what it does not understand for ranges that match everything or nothing. */
  private static final Pattern RANGE =
      Pattern.compile(ALTERNATIVE + "(?: *\\|\\| *" + ALTERNATIVE + ")*");

  private static final Recent<String, WantedCapability> PARSED = new Recent<>(1 << 12);

  private final String text;
  private final String name;
  private final @Nullable RangeList range;

  private WantedCapability(String text, String name, @Nullable RangeList range) {
    this.text = text;
    this.name = name;
    this.range = range;
  }

  /** What a text says; nobody offers what {@link #violation} finds wrong. */
  public static WantedCapability of(String text) {
    WantedCapability known = PARSED.find(text);
    return known != null ? known : PARSED.keep(text, parsed(text));
  }

  private static WantedCapability parsed(String text) {
    int at = text.indexOf(Capability.AT);
    if (at < 0) {
      return new WantedCapability(text, text, null);
    }
    RangeList range = range(text.substring(at + 1));
    return new WantedCapability(
        text, text.substring(0, at), range == null ? new RangeList(false) : range);
  }

  /**
   * What is wrong with the part of a text behind the name, without the subject; null if nothing is.
   * The rule for names is not looked at.
   */
  public static @Nullable String violation(String text) {
    int at = text.indexOf(Capability.AT);
    return at < 0 || range(text.substring(at + 1)) != null
        ? null
        : "must have a range of versions behind the @, such as %s@^2 or %1$s@>=1.2 <3"
            .formatted(text.substring(0, at));
  }

  private static @Nullable RangeList range(String text) {
    if (text.length() > Capability.MAX_VERSION || !RANGE.matcher(text).matches()) {
      return null;
    }
    RangeList range = RangeListFactory.create(text);
    return range.get().isEmpty() ? null : range;
  }

  /** The name of the capability, without the range. */
  public String name() {
    return name;
  }

  /** Whether only some versions will do. */
  public boolean hasRange() {
    return range != null;
  }

  /** Whether an agent offers this, in one version or another. */
  public boolean isOfferedBy(AgentSpec agent) {
    for (String offered : agent.capabilities()) {
      if (isMetBy(offered)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a capability in an agent's record is this one; without a version it is in no range. */
  boolean isMetBy(String offered) {
    if (!offered.startsWith(name)) {
      return false;
    }
    boolean versioned = offered.length() > name.length();
    if (versioned && offered.charAt(name.length()) != Capability.AT) {
      return false;
    }
    Semver version = range == null || !versioned ? null : Capability.of(offered).version();
    return range == null || (version != null && range.isSatisfiedBy(version));
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WantedCapability wanted && wanted.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}

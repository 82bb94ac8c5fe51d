package io.longshore.node;

import java.util.List;

/** The configuration is wrong; the message tells everything that is, and what to do about it. */
public final class ConfigurationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(List<String> problems) {
    super(
        problems.size() == 1
            ? problems.get(0)
            : "The configuration has "
                + problems.size()
                + " problems:\n  - "
                + String.join("\n  - ", problems));
  }
}

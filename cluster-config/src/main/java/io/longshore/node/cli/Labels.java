package io.longshore.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Labels as the command line takes them: {@code NAME=VALUE}. */
final class Labels {
  private Labels() {}

  /** As the object that requests carry. */
  static ObjectNode object(List<String> labels, ClientCommand command) {
    ObjectNode object = Json.object();
    for (String label : labels) {
      int equals = equals(label, command);
      object.put(label.substring(0, equals), label.substring(equals + 1));
    }
    return object;
  }

  /** As the parameter that lists take: {@code NAME:VALUE}. */
  static String query(String label, ClientCommand command) {
    int equals = equals(label, command);
    return label.substring(0, equals) + ":" + label.substring(equals + 1);
  }

  private static int equals(String label, ClientCommand command) {
    int equals = label.indexOf('=');
    if (equals < 1) {
      throw command.usage("--label must be NAME=VALUE, not '" + label + "'");
    }
    return equals;
  }
}

package io.longshore.gateway;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The labels in a body: names and their values. */
final class LabelsBody {
  private static final int MAX_LABELS = 32;
  private static final int MAX_VALUE = 256;

  private LabelsBody() {}

  /** Reads the object that comes next; none if it is missing. */
  static Map<String, String> read(BodyReader in) throws IOException {
    Map<String, String> labels = new LinkedHashMap<>();
    if (!in.missing()) {
      in.object(
          name -> {
            String value = in.text(MAX_VALUE);
            if (!Text.isId(name)) {
              in.violation("is a label's name, which " + Text.ID_RULE);
            } else if (in.missing()) {
              in.violation("must be a string");
            } else if (value != null) {
              labels.put(name, value);
            }
          });
      if (labels.size() > MAX_LABELS) {
        in.violation("must have at most " + MAX_LABELS + " labels");
      }
    }
    return labels;
  }
}

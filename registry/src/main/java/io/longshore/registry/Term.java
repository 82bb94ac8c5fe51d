package io.longshore.registry;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One thing, beside the names of capabilities, that agents are found by. */
record Term(Kind kind, String name, String value) {
  enum Kind {
    VERSION,
    LABEL,
    TOPIC,
    REGION,
    DRAINING
  }

  static final Term DRAINING = new Term(Kind.DRAINING, "", "");

  static Term version(String text) {
    return new Term(Kind.VERSION, text, "");
  }

  static Term label(Map.Entry<String, String> label) {
    return new Term(Kind.LABEL, label.getKey(), label.getValue());
  }

  static Term topic(String topic) {
    return new Term(Kind.TOPIC, topic, "");
  }

  static Term region(String region) {
    return new Term(Kind.REGION, region, "");
  }

  /** All that an agent is found by, beside its capabilities' names. */
  static Set<Term> of(AgentRecord agent) {
    AgentSpec spec = agent.spec();
    Set<Term> terms = new HashSet<>();
    for (String text : spec.capabilities()) {
      if (text.indexOf(Capability.AT) >= 0) {
        terms.add(version(text));
      }
    }
    spec.labels().entrySet().forEach(label -> terms.add(label(label)));
    spec.topics().forEach(topic -> terms.add(topic(topic)));
    if (spec.region() != null) {
      terms.add(region(spec.region()));
    }
    if (agent.draining()) {
      terms.add(DRAINING);
    }
    return terms;
  }
}

package io.longshore.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.agents.Lease;
import io.longshore.agents.TaskContext;
import io.longshore.agents.TaskHandler;
import io.longshore.node.cli.Json;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The demo's agents. Each does the same small honest work on a text; what tells them apart is how
 * long they then pause, because work that takes time is what a broker is for.
 */
public final class DemoHandlers {
  private DemoHandlers() {}

  /** Takes 0.3 s for a text. */
  public static final class Swift extends Summarizer {
    /** For {@link java.util.ServiceLoader}. */
    public Swift() {
      super("demo.swift", Duration.ofMillis(300), Pause.real());
    }
  }

  /** Takes 0.7 s for a text. */
  public static final class Steady extends Summarizer {
    /** For {@link java.util.ServiceLoader}. */
    public Steady() {
      super("demo.steady", Duration.ofMillis(700), Pause.real());
    }
  }

  /** Takes 4 s for a text, which is far too long for its share. */
  public static final class Swamped extends Summarizer {
    /** For {@link java.util.ServiceLoader}. */
    public Swamped() {
      super("demo.swamped", Duration.ofSeconds(4), Pause.real());
    }
  }

  /** Finds the first sentence of a text, counts its words, and finds the one it uses most. */
  static class Summarizer implements TaskHandler {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['’-][\\p{L}\\p{N}]+)*");
    private static final Pattern SENTENCE = Pattern.compile("^.*?[.!?](?=\\s|$)", Pattern.DOTALL);
    private static final int SHORTEST = 3;
    private static final Set<String> TOO_COMMON =
        Set.of(
            "the", "and", "that", "than", "who", "what", "where", "when", "which", "with", "for",
            "from", "into", "its", "his", "her", "was", "were", "are", "has", "had", "have", "may",
            "one", "two", "too", "not", "nobody", "because", "while", "before", "until", "under",
            "more", "most", "does", "did", "she", "him", "they", "their", "this", "there", "now",
            "how", "you", "your", "but", "all", "any", "out", "off", "can", "could", "will", "let");

    private final String name;
    private final Duration effort;
    private final Pause pause;

    Summarizer(String name, Duration effort, Pause pause) {
      this.name = name;
      this.effort = effort;
      this.pause = pause;
    }

    @Override
    public final String name() {
      return name;
    }

    @Override
    public final byte[] handle(Lease lease, TaskContext context) throws Exception {
      JsonNode input = Json.parse(lease.input());
      String text = input.isTextual() ? input.textValue() : input.path("text").asText();
      pause.of(effort);
      return Json.bytes(summarize(text));
    }

    private static ObjectNode summarize(String text) {
      Map<String, Integer> uses = new LinkedHashMap<>();
      WORD.matcher(text)
          .results()
          .map(word -> word.group().toLowerCase(java.util.Locale.ROOT))
          .forEach(word -> uses.merge(word, 1, Integer::sum));
      String mostUsed =
          uses.entrySet().stream()
              .filter(
                  use -> use.getKey().length() >= SHORTEST && !TOO_COMMON.contains(use.getKey()))
              .max(Comparator.comparingInt(Map.Entry::getValue))
              .map(Map.Entry::getKey)
              .orElse("");
      return Json.object()
          .put("summary", firstSentence(text))
          .put("words", uses.values().stream().mapToInt(Integer::intValue).sum())
          .put("mostUsed", mostUsed);
    }

    private static String firstSentence(String text) {
      return SENTENCE
          .matcher(text.strip())
          .results()
          .map(MatchResult::group)
          .findFirst()
          .orElse(text.strip());
    }
  }
}

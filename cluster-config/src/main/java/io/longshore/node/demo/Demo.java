package io.longshore.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.ApiClient;
import io.longshore.node.cli.ApiException;
import io.longshore.node.cli.ApiRequest;
import io.longshore.node.cli.Json;
import io.longshore.node.cli.Style;
import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Ten texts to summarize, three agents inside the node that can do it, one of them far too slow.
 * Needs a running node whose handlers include {@link DemoHandlers}.
 */
public final class Demo {
  private static final String CAPABILITY = "summarize";
  private static final Duration AT_MOST = Duration.ofMinutes(2);
  private static final Duration FIRST_START_WITHIN = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final DemoAgent SWAMPED = new DemoAgent("swamped", 2, "two hands, 4 s a text");
  private static final List<DemoAgent> HELP =
      List.of(
          new DemoAgent("swift", 4, "four hands, 0.3 s a text"),
          new DemoAgent("steady", 2, "two hands, 0.7 s a text"));

  private final ApiClient client;
  private final Terminal terminal;
  private final Style style;

  /** A demo on this node. */
  public Demo(ApiClient client, Terminal terminal, boolean noColor) {
    this.client = client;
    this.terminal = terminal;
    this.style = terminal.style(noColor);
  }

  private record DemoAgent(String id, int concurrency, String description) {}

  /**
   * Runs it.
   *
   * @param once whether the node ends afterwards, so that what to try next begins with starting one
   * @return the exit code: 0 if all ten tasks completed, else 1
   */
  public int run(boolean once) throws InterruptedException {
    terminal.out().println();
    terminal.out().println(" " + style.bold("Longshore") + "  ten texts, three agents");
    terminal
        .out()
        .println(" swamped takes all it has room for; then swift and steady come to help.");
    terminal.out().println();
    register(SWAMPED);
    Map<String, String> titles = submit(texts());
    awaitFirstStart();
    for (DemoAgent agent : HELP) {
      register(agent);
    }
    List<String> agentIds =
        Stream.concat(HELP.stream(), Stream.of(SWAMPED)).map(DemoAgent::id).toList();
    boolean completed = new DemoView(client, terminal, style, agentIds, titles).show(AT_MOST);
    List<String> steps =
        new NextSteps(client.url(), style).lines(titles.keySet().iterator().next(), once);
    terminal.out().println(String.join("\n", steps));
    if (!once) {
      sayWhereItGoesOn();
    }
    return completed ? 0 : 1;
  }

  private void sayWhereItGoesOn() {
    terminal.out().println();
    if (client.serves("/")) {
      terminal.out().println(" " + style.bold("Dashboard") + "  " + client.url() + "/");
    }
    terminal.out().println(" The node goes on. Ctrl-C stops it.");
  }

  /** Help comes once the slow one has begun: what it has not begun by then will move. */
  private void awaitFirstStart() throws InterruptedException {
    Instant until = terminal.clock().instant().plus(FIRST_START_WITHIN);
    String path = "/v1/agents/" + ApiRequest.segment(SWAMPED.id());
    while (client.get(path).path("running").asInt() == 0
        && terminal.clock().instant().isBefore(until)) {
      terminal.pause().of(BETWEEN_LOOKS);
    }
  }

  private void register(DemoAgent agent) throws InterruptedException {
    ObjectNode spec = Json.object();
    spec.putArray("capabilities").add(CAPABILITY);
    spec.put("concurrency", agent.concurrency());
    spec.put("description", agent.description());
    spec.putObject("labels").put("demo", "true");
    spec.putObject("delivery").putObject("handler").put("name", "demo." + agent.id());
    String path = "/v1/agents/" + ApiRequest.segment(agent.id());
    client.call(ApiRequest.put(path, spec));
  }

  /** The titles by task id, in the order of the texts. */
  private Map<String, String> submit(JsonNode texts) throws InterruptedException {
    ArrayNode batch = Json.array();
    for (JsonNode text : texts) {
      batch.addObject().put("capability", CAPABILITY).set("input", text);
    }
    ApiRequest request =
        ApiRequest.post("/v1/tasks:batch", batch).idempotencyKey("demo-" + UUID.randomUUID());
    JsonNode results = client.call(request).body();
    Map<String, String> titles = new LinkedHashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      JsonNode result = results.path(i);
      if (!result.has("taskId")) {
        throw ApiException.of(result.path("problem"));
      }
      titles.put(result.path("taskId").asText(), texts.path(i).path("title").asText());
    }
    return titles;
  }

  private static JsonNode texts() {
    try (InputStream in = Demo.class.getResourceAsStream("texts.json")) {
      if (in == null) {
        throw new IllegalStateException("texts.json is not on the class path");
      }
      return Json.parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

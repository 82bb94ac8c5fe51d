package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.longshore.node.cli.Cli;
import io.longshore.persistence.Database;
import io.longshore.persistence.DatabaseSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {
  @TempDir Path data;

  private Node start() {
    return Node.start(
        NodeSettings.load(
            Map.of("longshore.gateway.port", 0, "longshore.node.data", data.toString()),
            ConfigFactory.empty()));
  }

  private String dump(int code, String... options) {
    Cli cli = new Cli();
    String[] args =
        Stream.concat(Stream.of("dump", "--data", data.toString()), Stream.of(options))
            .toArray(String[]::new);
    assertEquals(code, JournalCommand.commandLine(cli.terminal()).execute(args), cli.err());
    return code == 0 ? cli.out() : cli.err();
  }

  private List<JsonNode> lines(String... options) throws JsonProcessingException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : dump(0, options).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private static JsonNode find(List<JsonNode> lines, String event) {
    return lines.stream()
        .filter(line -> line.path("event").asText().equals(event))
        .findFirst()
        .orElseThrow(() -> new AssertionError(event + " is not in " + lines));
  }

  @Test
  void when_a_node_has_stopped_then_its_journal_can_be_read() throws JsonProcessingException {
    String taskId;
    try (Node node = start()) {
      Api api = Api.of(node);
      api.awaitReady();
      api.put("/v1/agents/alice", "{\"capabilities\": [\"upper\"]}");
      taskId =
          api.post("/v1/tasks", "{\"capability\": \"upper\", \"input\": \"hello\"}").text("taskId");
      assertEquals(200, api.complete(api.acquire("alice", 30), "\"HELLO\"").status());
    }
    List<JsonNode> all = lines();
    assertEquals("alice", find(all, "agent-registered").path("spec").path("agentId").asText());
    JsonNode submitted = find(all, "submitted");
    assertEquals("ledger", submitted.path("type").asText());
    assertEquals(taskId, submitted.path("taskId").asText());
    assertEquals(7, submitted.path("task").path("input").path("bytes").asInt());
    assertEquals("alice", find(all, "started").path("agentId").asText());
    assertEquals(7, find(all, "completed").path("output").path("bytes").asInt());

    assertEquals("HELLO", find(lines("--payloads"), "completed").path("output").asText());
    assertTrue(lines("--type", "registry").stream().noneMatch(line -> line.has("taskId")));
    String partition = submitted.path("partition").asText();
    List<JsonNode> some =
        lines(
            "--type=ledger",
            "--partition=" + partition,
            "--from=" + submitted.path("seq").asText());
    // In one row with it may stand that the partition was opened.
    assertEquals(submitted.path("seq"), some.get(0).path("seq"));
    assertEquals(taskId, find(some, "submitted").path("taskId").asText());
    assertEquals(1, lines("--limit", "1").size());
    assertEquals(List.of(), lines("--snapshots"));
  }

  @Test
  void when_a_process_holds_the_embedded_database_then_it_says_what_to_do() throws IOException {
    Database.open(DatabaseSettings.embedded(data.resolve("longshore").toString())).close();
    try (FileChannel file =
            FileChannel.open(data.resolve("longshore.mv.db"), StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      assertTrue(held.isValid());
      String refused = dump(2);
      assertTrue(refused.contains("stop the node"), refused);
    }
  }

  @Test
  void when_there_is_no_database_then_it_says_so_and_makes_none() {
    String refused = dump(2);
    assertTrue(refused.contains("There is no database at"), refused);
    assertEquals(0, data.toFile().list().length);
  }
}

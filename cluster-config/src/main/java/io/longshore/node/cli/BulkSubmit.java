package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands in one task per line, many in a call. A call whose answer is not final for every task is
 * made again under the same key, which gives the same tasks.
 */
final class BulkSubmit {
  private static final int MOST_TASKS = 1_000;
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_COMPLAINTS = 10;
  private static final int TRIES = 8;

  private final ApiClient client;
  private final Terminal terminal;
  private final boolean json;
  private final @Nullable Duration wait;
  private final ProgressLine progress;
  private final List<String> accepted = new ArrayList<>();
  private long lines;
  private long notAccepted;

  /**
   * Submits to this node.
   *
   * @param json whether to print whole tasks
   * @param wait for the results, which are then printed; null for not at all
   */
  BulkSubmit(ApiClient client, Terminal terminal, boolean json, @Nullable Duration wait) {
    this.client = client;
    this.terminal = terminal;
    this.json = json;
    this.wait = wait;
    this.progress = new ProgressLine(terminal);
  }

  /**
   * Hands in all lines.
   *
   * @param template of every task; the input is missing
   * @param key from which each call's idempotency key is made
   * @return the exit code
   */
  int run(InputStream input, ObjectNode template, String key)
      throws IOException, InterruptedException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8.newDecoder()));
    ArrayNode batch = Json.array();
    long bytes = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.isBlank()) {
        continue;
      }
      byte[] text = line.getBytes(StandardCharsets.UTF_8);
      if (batch.size() == MOST_TASKS || (bytes > 0 && bytes + text.length > MOST_BYTES)) {
        submit(batch, key);
        batch = Json.array();
        bytes = 0;
      }
      batch.add(template.deepCopy().set("input", Json.valueOf(text)));
      bytes += text.length;
    }
    if (!batch.isEmpty()) {
      submit(batch, key);
    }
    int notCompleted = wait == null ? 0 : printResults(wait);
    progress.clear();
    terminal.err().println(summary(notCompleted));
    return notAccepted > 0
        ? ClientCommand.REFUSED
        : notCompleted > 0 ? ClientCommand.NOT_COMPLETED : ClientCommand.OK;
  }

  private String summary(int notCompleted) {
    String refused = notAccepted == 0 ? "" : ", " + Text.count(notAccepted) + " refused";
    String failed = notCompleted == 0 ? "" : ", " + Text.count(notCompleted) + " not completed";
    return Text.count(accepted.size(), "task") + " accepted" + refused + failed + ".";
  }

  private void submit(ArrayNode batch, String key) throws InterruptedException {
    ApiRequest request =
        ApiRequest.post("/v1/tasks:batch", batch).idempotencyKey(key + "-" + (lines + 1));
    JsonNode results = client.call(request).body();
    for (int tried = 1; tried < TRIES && retryAfter(results) > 0; tried++) {
      progress.show(accepted.size(), 0, "handed in; the node is busy");
      terminal.pause().of(Duration.ofSeconds(retryAfter(results)));
      results = client.call(request).body();
    }
    for (JsonNode result : results) {
      lines++;
      if (result.path("status").asInt() / 100 == 2) {
        accepted(result);
      } else {
        refused(result);
      }
    }
    progress.show(accepted.size(), 0, "handed in");
  }

  /** Seconds after which the call should be made again; 0 if the answer is final. */
  private static long retryAfter(JsonNode results) {
    long seconds = 0;
    for (JsonNode result : results) {
      int status = result.path("status").asInt();
      if (status == 429 || status == 503) {
        JsonNode problem = result.path("problem");
        seconds = Math.max(seconds, Math.max(1, problem.path("retryAfterSeconds").asLong()));
      }
    }
    return Math.min(seconds, 30);
  }

  private void accepted(JsonNode result) {
    String taskId = result.path("taskId").asText();
    accepted.add(taskId);
    if (wait == null) {
      print(json ? result.toString() : taskId);
    }
  }

  private void refused(JsonNode result) {
    if (++notAccepted <= MOST_COMPLAINTS) {
      String why = ApiException.describe(result.path("status").asInt(), result.path("problem"));
      complain("Line " + Text.count(lines) + ": " + why);
    }
  }

  /** Prints a line for each task in the order of the input; {@code null} for one without result. */
  private int printResults(Duration wait) throws InterruptedException {
    TaskWaiter waiter = new TaskWaiter(client, terminal);
    Instant until = terminal.clock().instant().plus(wait);
    int done = 0;
    int notCompleted = 0;
    for (String taskId : accepted) {
      TaskInfo task = waiter.await(taskId, Duration.between(terminal.clock().instant(), until));
      if (!task.completed() && ++notCompleted <= MOST_COMPLAINTS) {
        complain(TaskWaiter.whyNot(task));
      }
      JsonNode output = task.completed() ? task.output() : NullNode.getInstance();
      print(json ? task.json().toString() : output.toString());
      progress.show(++done, accepted.size(), "ended");
    }
    return notCompleted;
  }

  private void print(String line) {
    if (terminal.outIsTerminal()) {
      progress.clear();
    }
    terminal.out().println(line);
  }

  private void complain(String text) {
    progress.clear();
    terminal.err().println(Text.cleanLines(text));
  }
}

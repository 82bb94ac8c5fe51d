package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
  // By line; empty for one that was refused.
  private final List<String> taskIds = new ArrayList<>();
  private Batch batch = new Batch();
  private long refused;
  private long notCompleted;

  /** Lines on their way to the node. */
  private static final class Batch {
    final ArrayNode tasks = Json.array();
    final List<Long> lineNumbers = new ArrayList<>();
    long bytes;

    boolean hasRoomFor(long more) {
      return tasks.isEmpty() || (tasks.size() < MOST_TASKS && bytes + more <= MOST_BYTES);
    }

    void add(ObjectNode task, long lineNumber, long size) {
      tasks.add(task);
      lineNumbers.add(lineNumber);
      bytes += size;
    }
  }

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
    try {
      submitAll(input, template, key);
      if (wait != null) {
        printResults(wait);
      }
    } catch (ApiException | UnreachableException e) {
      complain(summary());
      complain(
          "To go on, run it again with --idempotency-key "
              + key
              + " and the same input: nothing is accepted twice.");
      throw e;
    }
    complain(summary());
    if (refused > 0) {
      return ClientCommand.REFUSED;
    }
    return notCompleted > 0 ? ClientCommand.NOT_COMPLETED : ClientCommand.OK;
  }

  private void submitAll(InputStream input, ObjectNode template, String key)
      throws IOException, InterruptedException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8.newDecoder()));
    long lineNumber = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lineNumber++;
      if (line.isBlank()) {
        continue;
      }
      byte[] text = line.getBytes(StandardCharsets.UTF_8);
      if (!batch.hasRoomFor(text.length)) {
        submitBatch(key);
      }
      ObjectNode task = template.deepCopy();
      task.set("input", Json.valueOf(text));
      batch.add(task, lineNumber, text.length);
    }
    if (!batch.tasks.isEmpty()) {
      submitBatch(key);
    }
  }

  private void submitBatch(String key) throws InterruptedException {
    ApiRequest request =
        ApiRequest.post("/v1/tasks:batch", batch.tasks)
            .idempotencyKey(key + "-" + batch.lineNumbers.get(0));
    JsonNode results = client.call(request).body();
    for (int tried = 1; tried < TRIES && retryAfter(results) > 0; tried++) {
      progress.show(taskIds.size(), 0, "handed in; the node is busy");
      terminal.pause().of(Duration.ofSeconds(retryAfter(results)));
      results = client.call(request).body();
    }
    for (int i = 0; i < batch.lineNumbers.size(); i++) {
      told(batch.lineNumbers.get(i), results.path(i));
    }
    batch = new Batch();
    progress.show(taskIds.size(), 0, "handed in");
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

  /** The node's answer to a line. */
  private void told(long lineNumber, JsonNode result) {
    int status = result.path("status").asInt();
    boolean accepted = status / 100 == 2;
    String taskId = accepted ? result.path("taskId").asText() : "";
    taskIds.add(taskId);
    if (!accepted && ++refused <= MOST_COMPLAINTS) {
      String why = ApiException.describe(status, result.path("problem"));
      complain("Line " + Text.count(lineNumber) + ": " + why);
    } else if (accepted && wait == null) {
      print(json ? result.toString() : taskId);
    }
  }

  /** Prints a line for each line of the input, in order; {@code null} where there is no result. */
  private void printResults(Duration wait) throws InterruptedException {
    TaskWaiter waiter = new TaskWaiter(client, terminal);
    Instant until = terminal.clock().instant().plus(wait);
    int done = 0;
    for (String taskId : taskIds) {
      print(taskId.isEmpty() ? "null" : result(waiter, taskId, until));
      progress.show(++done, taskIds.size(), "ended");
    }
  }

  private String result(TaskWaiter waiter, String taskId, Instant until)
      throws InterruptedException {
    TaskInfo task = waiter.await(taskId, Duration.between(terminal.clock().instant(), until));
    if (!task.completed() && ++notCompleted <= MOST_COMPLAINTS) {
      complain(TaskWaiter.whyNot(task));
    }
    if (json) {
      return task.json().toString();
    }
    return task.completed() ? task.output().toString() : "null";
  }

  private String summary() {
    return Text.count(taskIds.size() - refused, "task")
        + " accepted"
        + (refused == 0 ? "" : ", " + Text.count(refused) + " refused")
        + (notCompleted == 0 ? "" : ", " + Text.count(notCompleted) + " not completed")
        + ".";
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

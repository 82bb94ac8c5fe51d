package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One worker process of a load test: leases tasks in bulk, notes the id of each one it works on,
 * and completes them with their own input. Ends when it is killed.
 */
@Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {
  private static final Duration WAIT = Duration.ofSeconds(20);

  @Option(names = "--url", required = true)
  @Nullable String url;

  @Option(names = "--id", required = true)
  @Nullable String id;

  @Option(names = "--capability", required = true)
  @Nullable String capability;

  @Option(names = "--concurrency", required = true)
  int concurrency;

  @Option(names = "--log", required = true, description = "Where each executed task is noted.")
  @Nullable Path log;

  @Override
  public Integer call() throws IOException {
    if (url == null || id == null || capability == null || log == null) {
      throw new IllegalStateException("picocli has let a required option be missing");
    }
    JsonNodeFactory json = JsonNodeFactory.instance;
    LoadClient client = new LoadClient(url);
    String path = "/v1/agents/" + id;
    ObjectNode agent = json.objectNode().put("concurrency", concurrency);
    agent.putArray("capabilities").add(capability);
    client.call("PUT", path, agent).required();
    ObjectNode acquire =
        json.objectNode().put("max", concurrency).put("waitSeconds", WAIT.toSeconds());
    try (Writer executed =
        Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        JsonNode leases =
            client.call("POST", path + "/leases:acquire", acquire).required().path("leases");
        if (leases.isEmpty()) {
          continue;
        }
        ObjectNode complete = json.objectNode();
        ArrayNode results = complete.putArray("leases");
        for (JsonNode lease : leases) {
          executed.write(lease.path("taskId").textValue() + "\n");
          results
              .addObject()
              .put("taskId", lease.path("taskId").textValue())
              .put("leaseToken", lease.path("leaseToken").textValue())
              .set("output", lease.path("input"));
        }
        executed.flush();
        client.call("POST", "/v1/leases:complete", complete).required();
      }
    }
  }
}

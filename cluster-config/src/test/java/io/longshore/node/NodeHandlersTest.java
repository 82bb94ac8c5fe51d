package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.Lease;
import io.longshore.agents.TaskContext;
import io.longshore.agents.TaskHandler;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose configuration makes an agent of a Java class. */
class NodeHandlersTest {
  @TempDir Path data;

  @Test
  void when_a_node_stops_then_its_handlers_tasks_are_released_and_done_by_the_next() {
    String taskId;
    try (Node node = start(Patient.class.getName())) {
      Api api = Api.of(node);
      api.awaitReady();
      taskId = api.post("/v1/tasks", "{\"capability\": \"wait\", \"input\": 7}").text("taskId");
      await(Patient.BEGUN);
    }
    await(Patient.INTERRUPTED);
    try (Node node = start(Echo.class.getName())) {
      Api api = Api.of(node);
      api.awaitReady();
      Api.await(
          "the task is done",
          () -> api.get("/v1/tasks/" + taskId).text("state").equals("completed"));
      Api.Answer task = api.get("/v1/tasks/" + taskId);
      assertEquals("7", task.text("output"));
      assertEquals(1, task.body().path("attempts").asInt(), "one given back does not count");
      assertEquals("waiter", task.text("agentId"));
      assertEquals("gold", api.get("/v1/agents/waiter").body().at("/labels/tier").asText());
    }
  }

  @Test
  void when_the_configuration_names_an_unknown_handler_then_the_node_does_not_start() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> start("gone"));

    String message = String.valueOf(refused.getMessage());
    assertTrue(
        message.startsWith("longshore.agents.handlers.waiter names the handler gone"), message);
  }

  private Node start(String handler) {
    return Node.start(
        NodeSettings.load(
            Map.of("longshore.gateway.port", 0, "longshore.node.data", data.toString()),
            ConfigFactory.parseString(
                """
                longshore.agents {
                  leave-timeout = 500 ms
                  handlers.waiter {
                    handler = "%s"
                    capabilities = [wait]
                    labels { tier = gold }
                  }
                }
                """
                    .formatted(handler))));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until it is interrupted. */
  public static final class Patient implements TaskHandler {
    static final CountDownLatch BEGUN = new CountDownLatch(1);
    static final CountDownLatch INTERRUPTED = new CountDownLatch(1);

    @Override
    public String name() {
      return "waiter";
    }

    @Override
    public byte[] handle(Lease lease, TaskContext context) throws InterruptedException {
      BEGUN.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        INTERRUPTED.countDown();
        throw e;
      }
      return lease.input();
    }
  }

  /** Gives back what it gets. */
  public static final class Echo implements TaskHandler {
    @Override
    public String name() {
      return "waiter";
    }

    @Override
    public byte[] handle(Lease lease, TaskContext context) {
      return lease.input();
    }
  }
}

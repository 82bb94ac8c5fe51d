package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.longshore.gateway.Api.Answer;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.Test;

/** Requests that take longer than any may. */
class TimeoutTest {
  private static final String IMPATIENT = "pekko.http.server.request-timeout = 20 ms";

  /** Nobody has them, and nobody says so before the lane gives up. */
  private static final String NO_MAILBOXES = "longshore.agents.role = nobody";

  @Test
  void when_a_message_takes_too_long_then_the_answer_is_a_problem_with_a_time_to_come_back()
      throws Exception {
    try (TestNode node = new TestNode(IMPATIENT + "\n" + NO_MAILBOXES)) {
      Api api = node.gateway();
      node.until(() -> timedOut(api));
    }
  }

  /** Whether it took too long, as it will once the agent is registered. */
  private static boolean timedOut(Api api) {
    try {
      api.put("/v1/agents/ann", "{\"capabilities\": [\"any\"]}");
      Answer answer = api.post("/v1/agents/ann/messages", "1");
      return answer.body().contains(ProblemType.INDETERMINATE.uri())
          && answer.expect(ProblemType.INDETERMINATE).header("Retry-After").equals("1");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void when_a_call_says_that_it_waits_then_it_may_take_longer_than_others() throws Exception {
    try (TestNode node = new TestNode(IMPATIENT)) {
      Api api = node.gateway();
      node.until(() -> isRegistered(api));
      api.post("/v1/agents/ann/messages:receive", "{\"waitSeconds\": 0.5}").expect(204);
    }
  }

  /** Whether the registration was answered in time. */
  private static boolean isRegistered(Api api) {
    try {
      return api.put("/v1/agents/ann", "{\"capabilities\": [\"any\"]}").status() / 100 == 2;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void when_the_cluster_of_a_node_that_is_no_gateway_takes_too_long_then_so_it_is()
      throws Exception {
    ActorTestKit testKit =
        ActorTestKit.create(
            ConfigFactory.parseString(IMPATIENT + ", longshore.gateway.port = 0")
                .withFallback(ConfigFactory.load()));
    try {
      Listeners binding =
          Gateway.startOps(
                  testKit.system(),
                  GatewaySettings.from(testKit.system().settings().config()),
                  Clock.systemUTC(),
                  new Silent())
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS);
      Answer answer = new Api(binding).get("/v1/cluster").expect(ProblemType.INDETERMINATE);
      assertEquals("1", answer.header("Retry-After"));
    } finally {
      testKit.shutdownTestKit();
    }
  }

  /** Never says how the cluster is. */
  private static final class Silent implements NodeHealth {
    @Override
    public boolean live() {
      return true;
    }

    @Override
    public Readiness ready() {
      return new Readiness(true, java.util.List.of());
    }

    @Override
    public CompletionStage<ClusterView> cluster() {
      return new CompletableFuture<>();
    }

    @Override
    public String metrics() {
      return "";
    }
  }
}

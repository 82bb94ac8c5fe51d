package io.longshore.node.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.FakeNode;
import io.longshore.node.cli.FakeNode.Call;
import io.longshore.node.cli.FakeNode.Reply;
import io.longshore.node.cli.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A node on which the demo goes by a script: what is when depends on the clock alone. */
final class DemoScript {
  private static final List<Scene> SCENES =
      List.of(
          new Scene("swift", 20, 340),
          new Scene("swift", 20, 330),
          new Scene("steady", 30, 740),
          new Scene("swamped", 20, 4_030),
          new Scene("swift", 20, 350),
          new Scene("swift", 30, 360),
          new Scene("steady", 30, 760),
          new Scene("swift", 350, 670),
          new Scene("swift", 360, 690),
          new Scene("swift", 940, 1_260));
  private static final int MOVED = 9;
  private static final int MOVED_AT = 930;

  private final Clock clock;
  private final int failing;
  private volatile Instant submittedAt = Instant.MAX;

  private record Scene(String agent, long startedAt, long endedAt) {}

  /** A script in which the task of this place fails; -1 for none. */
  DemoScript(FakeNode node, Clock clock, int failing) {
    this.clock = clock;
    this.failing = failing;
    node.on("PUT /v1/agents/(.+)", "{}");
    node.on("GET /v1/agents/(.+)", call -> reply(agent(call.id())));
    node.on("POST /v1/tasks:batch", this::submit);
    node.on("GET /v1/tasks/([^/]+)", call -> reply(task(place(call.id()))));
    node.on("GET /v1/tasks/([^/]+)/decisions", call -> reply(decisions(place(call.id()))));
  }

  private Reply submit(Call call) {
    submittedAt = clock.instant();
    ArrayNode results = Json.array();
    for (int place = 0; place < call.body().size(); place++) {
      results.addObject().put("status", 202).put("taskId", taskId(place));
    }
    return Reply.ok(results.toString());
  }

  private static Reply reply(ObjectNode body) {
    return new Reply(200, body.toString(), java.util.Map.of());
  }

  private static String taskId(int place) {
    return "0190f5fe-7c00-7a00-8000-%08xa9%02x".formatted(place, place);
  }

  private static int place(String taskId) {
    return Integer.parseInt(taskId.substring(taskId.length() - 2), 16);
  }

  private long now() {
    return Duration.between(submittedAt, clock.instant()).toMillis();
  }

  private ObjectNode agent(String id) {
    long now = now();
    long running =
        SCENES.stream()
            .filter(s -> s.agent.equals(id) && s.startedAt <= now && now < s.endedAt)
            .count();
    long queued =
        SCENES.stream().filter(s -> s.agent.equals(id) && now < s.startedAt).count()
            + (id.equals("swamped") && now < MOVED_AT ? 1 : 0);
    int concurrency = id.equals("swift") ? 4 : id.equals("steady") ? 2 : 1;
    double service = id.equals("swift") ? 0.31 : id.equals("steady") ? 0.71 : 4.01;
    ObjectNode agent =
        Json.object()
            .put("agentId", id)
            .put("status", "online")
            .put("concurrency", concurrency)
            .put("running", running)
            .put("queued", queued)
            .put("description", "so many hands, so long a text");
    if (now > service * 1000) {
      agent.put("serviceTimeSeconds", service);
    }
    return agent;
  }

  private ObjectNode task(int place) {
    Scene scene = SCENES.get(place);
    long now = now();
    ObjectNode task =
        Json.object()
            .put("taskId", taskId(place))
            .put("capability", "summarize")
            .put("maxAttempts", 5)
            .put("createdAt", submittedAt.toString())
            .put("updatedAt", submittedAt.plusMillis(Math.min(now, scene.endedAt)).toString());
    if (now < scene.startedAt) {
      return task.put("state", "submitted").put("attempts", 0);
    }
    task.put("agentId", scene.agent).put("attempts", 1);
    if (now < scene.endedAt) {
      return task.put("state", "working");
    }
    if (place == failing) {
      task.putObject("failure")
          .put("code", "agent-error")
          .put("message", "gave up")
          .put("attempts", 5);
      return task.put("state", "failed");
    }
    task.putObject("output")
        .put("summary", "A sentence that says in short what the text says at length, " + place)
        .put("words", 50 + place)
        .put("mostUsed", "harbour");
    return task.put("state", "completed");
  }

  private ObjectNode decisions(int place) {
    Scene scene = SCENES.get(place);
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("decisions");
    if (place == MOVED) {
      decide(list, 15, "assigned", "swamped", "shortest estimated completion: 1.0 s of 3 agents");
      decide(list, MOVED_AT, "moved", "swamped", "its wait of 3.1 s is over 2 × the best, 0.4 s");
      decide(
          list,
          MOVED_AT + 2,
          "assigned",
          "swift",
          "shortest estimated completion: 0.3 s of 3 agents");
    } else {
      decide(list, 15, "assigned", scene.agent, "shortest estimated completion: 1.0 s of 3 agents");
    }
    decide(list, scene.startedAt, "started", scene.agent, "attempt 1");
    decide(list, scene.endedAt, "ended", scene.agent, "completed");
    return answer;
  }

  private void decide(ArrayNode list, long at, String kind, String agent, String reason) {
    if (at <= now()) {
      list.addObject()
          .put("at", submittedAt.plusMillis(at).toString())
          .put("kind", kind)
          .put("agentId", agent)
          .put("reason", reason);
    }
  }
}

package io.longshore.agents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What tests begin with: an agent named alice that can summarize. */
final class Given {
  static final Route SUMMARIZE = Route.capability("summarize");
  static final long LEASE = 30_000;

  private Given() {}

  /** The settings that are shipped. */
  static MailboxSettings settings() {
    return MailboxSettings.from(ConfigFactory.load());
  }

  static AgentRecord agent(int concurrency) {
    return agent(concurrency, Delivery.PULL, 1, false);
  }

  static AgentRecord agent(int concurrency, Delivery delivery, long revision, boolean draining) {
    AgentSpec spec =
        new AgentSpec(
            "alice",
            Set.of("summarize"),
            Map.of("tier", "gold"),
            Set.of(),
            concurrency,
            "sums up",
            "1.0",
            "eu",
            delivery);
    return new AgentRecord(spec, revision, draining, 1, revision);
  }

  static TaskRef ref(String taskId) {
    return ref(taskId, Priority.NORMAL);
  }

  static TaskRef ref(String taskId, Priority priority) {
    return new TaskRef(taskId, SUMMARIZE, priority, 0, 1, List.of());
  }

  /** Refs t1, t2 and so on. */
  static List<TaskRef> refs(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> ref("t" + i)).toList();
  }

  static Lease lease(TaskRef ref, String token, long expiresAt) {
    return new Lease(
        ref.taskId(),
        token,
        1,
        expiresAt,
        ref.route(),
        "{\"text\":\"a\"}".getBytes(UTF_8),
        ref.priority(),
        ref.deadlineAt(),
        Map.of(),
        null,
        null,
        List.of());
  }
}

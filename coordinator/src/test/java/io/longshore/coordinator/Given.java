package io.longshore.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What tests begin with. */
final class Given {
  static final Route ECHO = Route.capability("echo");
  static final long NOW = 1_000_000;
  static final long LEASE = 30_000;
  static final long GRACE = 20_000;
  static final long LINGER = 10_000;
  static final long RETENTION = 3_600_000;
  static final long KEY_RETENTION = 7_200_000;
  static final int EXCHANGES = 3;
  static final long EXCHANGE_BYTES = 4_096;
  static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

  private Given() {}

  /** The settings of a partition with room for much. */
  static LedgerSettings ledger() {
    return ledger(1_000, 10_000_000, 1_000);
  }

  static LedgerSettings ledger(int maxLive, long maxBytes, int maxLingering) {
    return new LedgerSettings(
        maxLive,
        maxBytes,
        Duration.ofMillis(LINGER),
        maxLingering,
        Duration.ofMillis(RETENTION),
        Duration.ofMillis(2 * RETENTION),
        Duration.ofMillis(KEY_RETENTION),
        Duration.ofMillis(GRACE),
        BACKOFF,
        8,
        Duration.ofSeconds(5),
        10,
        EXCHANGES,
        EXCHANGE_BYTES);
  }

  /** The settings that are shipped, but a move needs only a gain of 100 ms. */
  static AssignmentSettings assignment() {
    return new AssignmentSettings(
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        2.0,
        Duration.ofMillis(100),
        3,
        Duration.ofSeconds(60),
        new AssignmentSettings.Penalties(0.5, 2.0, 0.5),
        Duration.ofSeconds(5),
        new AssignmentSettings.StrategyChoice(Strategies.SHORTEST_COMPLETION, Map.of()),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1));
  }

  /** A task for any agent that can echo, without anything that may be missing. */
  static NewTask task() {
    return task(ECHO, 0, 3, null);
  }

  static NewTask task(Route route, long deadlineAt, int maxAttempts, String key) {
    return new NewTask(
        route,
        json("\"in\""),
        Priority.NORMAL,
        deadlineAt,
        Map.of(),
        maxAttempts,
        LEASE,
        null,
        null,
        key);
  }

  static NewTask keyed(String key) {
    return task(ECHO, 0, 3, key);
  }

  static NewTask deadline(long at) {
    return task(ECHO, at, 3, null);
  }

  static NewTask attempts(int max) {
    return task(ECHO, 0, max, null);
  }

  /** A task that is to be rejected rather than late. */
  static NewTask strict(String key) {
    return strict(key, json("\"in\""));
  }

  static NewTask strict(String key, byte[] input) {
    return new NewTask(
        ECHO, input, Priority.NORMAL, 0, Map.of(), 3, LEASE, null, null, key, null, "eu", true);
  }

  static NewTask input(NewTask task, byte[] input) {
    return new NewTask(
        task.route(),
        input,
        task.priority(),
        task.deadlineAt(),
        task.labels(),
        task.maxAttempts(),
        task.leaseMillis(),
        task.correlationId(),
        task.traceparent(),
        task.idempotencyKey());
  }

  /** A task with everything. */
  static NewTask full() {
    return new NewTask(
        Route.agent("alice"),
        json("{\"text\":\"é\"}"),
        Priority.HIGH,
        NOW + 600_000,
        Map.of("tier", "gold"),
        7,
        45_000,
        "order-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "key-1");
  }

  static Decision assigned(long at) {
    return new Decision(at, Decision.Kind.ASSIGNED, "alice", "has room");
  }

  static byte[] json(String text) {
    return text.getBytes(UTF_8);
  }

  static AgentRecord agent(String agentId) {
    return agent(agentId, Map.of());
  }

  static AgentRecord agent(String agentId, Map<String, String> labels) {
    return agent(agentId, labels, null);
  }

  static AgentRecord agent(String agentId, Map<String, String> labels, String region) {
    AgentSpec spec =
        new AgentSpec(
            agentId, Set.of("echo"), labels, Set.of(), 1, null, null, region, Delivery.PULL);
    return new AgentRecord(spec, 1, false, 1, 1);
  }

  static Room room(int free, int queued, int running, int concurrency, long serviceMillis) {
    return new Room(Status.ONLINE, free, queued, running, concurrency, serviceMillis);
  }

  static CoordinatorProtocol.Offered offered(String taskId) {
    return offered(taskId, Priority.NORMAL, NOW, Map.of());
  }

  static CoordinatorProtocol.Offered offered(
      String taskId, Priority priority, long createdAt, Map<String, String> labels) {
    return new CoordinatorProtocol.Offered(
        new TaskRef(taskId, ECHO, priority, 0, createdAt, List.of()), labels);
  }
}

package io.longshore.gateway;

import io.longshore.coordinator.TaskProtocol.LeaseReply;
import io.longshore.coordinator.Tasks;
import io.longshore.gateway.LeaseBody.Verb;
import io.longshore.persistence.Answer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Ends and prolongs leases, however an agent asks for it. */
final class LeaseSettling {
  private LeaseSettling() {}

  /** Does the same with all of these leases. */
  static CompletionStage<List<SettledLeases.Settled>> settle(
      Tasks tasks, Verb verb, List<LeaseBody> leases) {
    return Concurrently.map(
        leases,
        leases.size(),
        lease ->
            send(tasks, verb, lease)
                .thenApply(answer -> new SettledLeases.Settled(lease.taskId(), answer)));
  }

  private static CompletionStage<Answer<LeaseReply>> send(Tasks tasks, Verb verb, LeaseBody lease) {
    String id = lease.taskId();
    String token = lease.leaseToken();
    return switch (verb) {
      case COMPLETE -> tasks.complete(id, token, lease.output());
      case FAIL ->
          tasks.fail(
              id,
              token,
              lease.code(),
              lease.message(),
              lease.retryable(),
              lease.retryAfterMillis());
      case RELEASE -> tasks.release(id, token);
      case REQUIRE_INPUT -> tasks.requireInput(id, token, lease.prompt());
      case EXTEND -> tasks.extend(id, token, lease.lease(), lease.progress());
    };
  }
}

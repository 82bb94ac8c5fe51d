package io.longshore.agents;

import io.longshore.registry.Webhook;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How tasks get to agents by HTTP. The floor that speaks HTTP implements it; it is handed in when
 * the node is wired, so that no arrow points up.
 */
public interface WebhookSender {

  /** Sends nothing: for nodes without webhooks. Every request fails and may be tried again. */
  WebhookSender NONE =
      (agentId, webhook, leases) ->
          CompletableFuture.completedStage(
              Reply.failed(
                  leases.size(),
                  TaskFailure.retryable("webhook-unavailable", "this node sends no requests")));

  /**
   * Sends these tasks in one request. Never completes exceptionally, and completes within the
   * webhook's time-out or a little later: the caller counts requests by it.
   *
   * @param leases one or more, up to the webhook's batch
   */
  CompletionStage<Reply> send(String agentId, Webhook webhook, List<Lease> leases);

  /**
   * What came of a request.
   *
   * @param healthy whether the endpoint works, whatever it made of the tasks
   * @param results one for each lease, in their order
   */
  record Reply(boolean healthy, List<Result> results) {
    public Reply {
      results = List.copyOf(results);
    }

    /** The endpoint does not work: all tasks failed alike. */
    public static Reply failed(int tasks, TaskFailure failure) {
      return new Reply(false, Collections.nCopies(tasks, new Failed(failure)));
    }
  }

  /** What came of one task. */
  sealed interface Result permits Done, Failed, Later {}

  /** Its result, one JSON value as UTF-8. */
  record Done(byte[] output) implements Result {}

  /** It came to nothing. */
  record Failed(TaskFailure failure) implements Result {}

  /** The agent ends its lease later, by itself. */
  record Later() implements Result {}
}

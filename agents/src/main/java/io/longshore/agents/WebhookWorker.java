package io.longshore.agents;

import io.longshore.agents.WebhookSender.Done;
import io.longshore.agents.WebhookSender.Failed;
import io.longshore.agents.WebhookSender.Reply;
import io.longshore.agents.WebhookSender.Result;
import io.longshore.registry.Webhook;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends an agent's leases to its webhook and tells the ledger what came of them. */
final class WebhookWorker {
  private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);

  private final String agentId;
  private final WebhookSender sender;
  private final HeldLeases held;
  private final ResultCache cache;
  private final Clock clock;
  private final Consumer<Boolean> answered;
  private final AtomicInteger busy = new AtomicInteger();

  private record Sent(HeldLease task, @Nullable ByteBuffer key) {}

  /**
   * A worker with nothing to do.
   *
   * @param answered told after each request whether the endpoint works, on any thread
   */
  WebhookWorker(
      String agentId,
      WebhookSender sender,
      HeldLeases held,
      ResultCache cache,
      Clock clock,
      Consumer<Boolean> answered) {
    this.agentId = agentId;
    this.sender = sender;
    this.held = held;
    this.cache = cache;
    this.clock = clock;
    this.answered = answered;
  }

  /** How many tasks are with the webhook. */
  int busy() {
    return busy.get();
  }

  /**
   * Sends these tasks in one request, except those whose result is known.
   *
   * @param over run when the request is over, or if there is none
   */
  void send(Webhook webhook, List<Lease> leases, Runnable over) {
    List<Sent> sent = new ArrayList<>(leases.size());
    for (Lease lease : leases) {
      HeldLease task = held.take(lease);
      boolean caches = webhook.cacheMillis() > 0;
      ByteBuffer key = caches ? ResultCache.key(agentId, webhook.url(), lease) : null;
      byte[] known = cache.find(key, clock.millis());
      if (held.leaving()) {
        task.release();
      } else if (known != null) {
        task.complete(known);
      } else {
        task.onStop(task::release);
        sent.add(new Sent(task, key));
      }
    }
    if (sent.isEmpty()) {
      over.run();
      return;
    }
    busy.addAndGet(sent.size());
    sender
        .send(agentId, webhook, sent.stream().map(one -> one.task.lease()).toList())
        .whenComplete(
            (reply, error) -> {
              busy.addAndGet(-sent.size());
              over.run();
              reply(webhook, sent, reply != null ? reply : broken(sent.size(), error));
            });
  }

  private static Reply broken(int tasks, @Nullable Throwable error) {
    log.warn("A webhook request failed in a way that was not expected; please report it.", error);
    return Reply.failed(tasks, TaskFailure.retryable("webhook-error", "the request failed"));
  }

  private void reply(Webhook webhook, List<Sent> sent, Reply reply) {
    answered.accept(reply.healthy());
    for (int i = 0; i < sent.size(); i++) {
      HeldLease task = sent.get(i).task;
      Result result = reply.results().get(i);
      if (result instanceof Done done) {
        if (webhook.cacheMillis() > 0) {
          cache.keep(sent.get(i).key, done.output(), clock.millis() + webhook.cacheMillis());
        }
        task.complete(done.output());
      } else if (result instanceof Failed failed) {
        task.fail(failed.failure());
      } else {
        task.leaveToAgent();
      }
    }
  }
}

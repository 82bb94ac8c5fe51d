package io.longshore.agents;

import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Delivery;
import io.longshore.registry.Webhook;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of one agent whose work is done from inside the node, by a handler or a webhook. It
 * asks its mailbox for work when there is some and a thread or a request to spare, so it never
 * waits. Used by the mailbox alone.
 */
final class InNodeWorker implements Gate {
  private static final Logger log = LoggerFactory.getLogger(InNodeWorker.class);

  private final NodeWork node;
  private final HandlerWorker handlers;
  private final WebhookWorker webhooks;
  private final Acquire acquire;
  private final Runnable nudge;
  private Breaker breaker;
  private @Nullable String url;
  private int asked;
  private long gatherUntil = Long.MAX_VALUE;

  /** Asks the mailbox for work; false if too many ask. */
  interface Acquire {
    boolean acquire(int max, long deadline, Consumer<List<Lease>> reply);
  }

  /**
   * A worker with nothing to do.
   *
   * @param nudge has the mailbox settle again, from any thread
   * @param answered has the mailbox call {@link #answered}, from any thread
   */
  InNodeWorker(
      String agentId, NodeWork node, Acquire acquire, Runnable nudge, Consumer<Boolean> answered) {
    this.node = node;
    this.acquire = acquire;
    this.nudge = nudge;
    this.breaker = closed();
    this.handlers =
        new HandlerWorker(
            node.handlers,
            node.held,
            node.threads,
            node.timer,
            node.settings.workers().handlerTimeout(),
            nudge);
    this.webhooks =
        new WebhookWorker(agentId, node.sender, node.held, node.cache, node.clock, answered);
  }

  private Breaker closed() {
    WebhookSettings webhook = node.settings.workers().webhook();
    return new Breaker(
        webhook.breakerFailures(), webhook.breakerPause(), webhook.breakerMaxPause());
  }

  @Override
  public @Nullable String obstacle(AgentRecord agent, long now) {
    Delivery delivery = agent.spec().delivery();
    if (delivery.kind() == Delivery.Kind.HANDLER) {
      return handlers.handlerOf(agent) == null
          ? "the node has no handler " + delivery.handler()
          : null;
    }
    follow(delivery.webhook());
    return breaker.isOpen(now)
        ? "its webhook failed %d times in a row; the next try is in %d s"
            .formatted(breaker.failures(), (breaker.openUntil() - now + 999) / 1_000)
        : null;
  }

  @Override
  public int limit(AgentRecord agent, int concurrency, long now) {
    return breaker.isHalfOpen(now) ? Math.min(1, concurrency) : concurrency;
  }

  @Override
  public long nextChange(long now) {
    long change = breaker.isOpen(now) ? breaker.openUntil() : Long.MAX_VALUE;
    return gatherUntil > now ? Math.min(change, gatherUntil) : change;
  }

  /** An agent that says another url starts anew. */
  private void follow(@Nullable Webhook webhook) {
    String now = webhook == null ? null : webhook.url();
    if (now != null && !now.equals(url)) {
      url = now;
      breaker = closed();
    }
  }

  /** A request is over: whether the endpoint works. */
  void answered(AgentRecord agent, boolean healthy, long now) {
    if (healthy) {
      breaker.succeeded();
    } else if (breaker.failed(now)) {
      log.warn(
          "Agent {} gets no work for now: its webhook failed {} times in a row. See that it is"
              + " reachable and answers; it is tried again by itself.",
          agent.agentId(),
          breaker.failures());
    }
  }

  /** Asks for as much work as there is and can be done now. */
  void feed(MailboxState state, long now) {
    gatherUntil = feed(state, state.agent(), now);
  }

  private long feed(MailboxState state, @Nullable AgentRecord agent, long now) {
    if (agent == null || state.room(now).status() != Status.ONLINE) {
      return Long.MAX_VALUE;
    }
    Webhook webhook = agent.spec().delivery().webhook();
    TaskHandler handler = handlers.handlerOf(agent);
    int slots = state.room(now).concurrency() - handlers.busy() - webhooks.busy() - asked;
    int ready = Math.min(slots, state.ready(now));
    if (handler != null && ready > 0) {
      ask(ready, now, leases -> handlers.run(handler, leases));
    } else if (webhook != null) {
      return send(webhook, ready, state.room(now).concurrency(), now);
    }
    return Long.MAX_VALUE;
  }

  /**
   * Sends full batches now and the rest when it has waited. Returns until when it waits; a time
   * past says that it has waited and lacks a request.
   */
  private long send(Webhook webhook, int ready, int concurrency, long now) {
    int batch = Math.max(1, Math.min(webhook.batchMax(), concurrency));
    int rest = Math.max(0, ready) % batch;
    boolean waited = gatherUntil <= now;
    int requests = Math.max(0, ready) / batch + (rest > 0 && waited ? 1 : 0);
    int left = ready;
    int taken = 0;
    if (requests > 0) {
      String host = host(webhook.url());
      taken = node.permits.take(host, requests, nudge);
      for (int i = 0; i < taken; i++) {
        int max = Math.min(batch, left);
        left -= max;
        Runnable over = () -> node.permits.release(host);
        if (!ask(max, now, leases -> sendOrGiveUp(webhook, leases, over))) {
          over.run();
        }
      }
    }
    if (rest == 0 || (waited && taken == requests)) {
      return Long.MAX_VALUE;
    }
    return gatherUntil == Long.MAX_VALUE ? now + webhook.batchWaitMillis() : gatherUntil;
  }

  private void sendOrGiveUp(Webhook webhook, List<Lease> leases, Runnable over) {
    if (leases.isEmpty()) {
      over.run();
    } else {
      webhooks.send(webhook, leases, over);
    }
  }

  private boolean ask(int max, long now, Consumer<List<Lease>> then) {
    boolean waits =
        acquire.acquire(
            max,
            now,
            leases -> {
              asked -= max;
              then.accept(leases);
            });
    asked += waits ? max : 0;
    return waits;
  }

  private static String host(String url) {
    URI uri = URI.create(url);
    return uri.getScheme() + "://" + uri.getAuthority();
  }
}

package io.longshore.agents;

import io.longshore.agents.HeldLeases.Timer;
import java.time.Clock;
import java.util.concurrent.Executor;

/** What the agents whose work is done from inside this node share. */
final class NodeWork {
  final Handlers handlers;
  final Executor threads;
  final WebhookSender sender;
  final Timer timer;
  final Clock clock;
  final MailboxSettings settings;
  final HeldLeases held;
  final Permits permits;
  final ResultCache cache;

  NodeWork(
      Handlers handlers,
      Executor threads,
      WebhookSender sender,
      WorkSource source,
      Timer timer,
      Clock clock,
      MailboxSettings settings) {
    this.handlers = handlers;
    this.threads = threads;
    this.sender = sender;
    this.timer = timer;
    this.clock = clock;
    this.settings = settings;
    WebhookSettings webhook = settings.workers().webhook();
    held = new HeldLeases(source, timer, clock, settings.workers().maxOutput());
    permits = new Permits(webhook.maxRequests(), webhook.maxRequestsPerHost());
    cache = new ResultCache(webhook.cacheEntries(), webhook.cacheBytes());
  }
}

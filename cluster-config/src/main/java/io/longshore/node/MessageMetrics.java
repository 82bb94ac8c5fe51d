package io.longshore.node;

import io.longshore.agents.MailboxCounters;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;

/** What this node's mailboxes have done with messages, as metrics. */
final class MessageMetrics {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private final Metrics metrics;
  private final MailboxCounters mailboxes;
  private final Totals totals = new Totals();

  private MessageMetrics(Metrics metrics, MailboxCounters mailboxes) {
    this.metrics = metrics;
    this.mailboxes = mailboxes;
  }

  /** Goes on until the system ends. */
  static void start(ActorSystem<?> system, Metrics metrics, MailboxCounters mailboxes) {
    MessageMetrics all = new MessageMetrics(metrics, mailboxes);
    system
        .scheduler()
        .scheduleWithFixedDelay(INTERVAL, INTERVAL, all::tell, system.executionContext());
  }

  private void tell() {
    tell("accepted", mailboxes.accepted());
    tell("delivered", mailboxes.delivered());
    tell("replayed", mailboxes.replayed());
    tell("dropped", mailboxes.dropped());
    tell("expired", mailboxes.expired());
    tell("lost", mailboxes.lost());
    metrics
        .gauge("longshore.messages.waiting", "Messages that wait in mailboxes of this node")
        .withoutTags()
        .update((double) mailboxes.waiting());
    metrics
        .gauge("longshore.mailboxes.live", "Mailboxes of this node that are in memory")
        .withoutTags()
        .update((double) mailboxes.live());
  }

  private void tell(String outcome, long count) {
    metrics
        .counter("longshore.messages", "What mailboxes of this node have done with messages")
        .withTag("outcome", outcome)
        .increment(totals.gained(outcome, count));
  }
}

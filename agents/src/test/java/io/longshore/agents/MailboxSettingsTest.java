package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxSettingsTest {

  @Test
  void when_a_start_waits_behind_another_batch_then_its_answer_is_still_waited_for() {
    Config shipped = ConfigFactory.load();
    Duration reply = shipped.getDuration("longshore.persistence.partitions.reply-timeout");
    Duration start = MailboxSettings.from(shipped).startTimeout();
    assertTrue(start.compareTo(reply.multipliedBy(2)) > 0, "start-timeout is " + start);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shards = 0",
        "command-capacity = 0",
        "max-concurrency = 0",
        "prefetch-per-slot = -1",
        "max-prefetch = -1",
        "max-waiting = 0",
        "max-wait = 0s",
        "max-enlisted = 0",
        "session-timeout = 0s",
        "passivation-timeout = 0s",
        "report-interval = 0s",
        "start-timeout = 0s",
        "lease-grace = 0s",
        "ask-timeout = 0s",
        "handler-timeout = 0s",
        "max-output = 0",
        "leave-timeout = 0s",
        "webhook.max-requests = 0",
        "webhook.max-requests-per-host = 0",
        "webhook.connect-timeout = 0s",
        "webhook.max-retry-after = 0s",
        "webhook.breaker.failures = 0",
        "webhook.breaker.pause = 0s",
        "webhook.breaker.max-pause = 1s",
        "webhook.cache.entries = -1",
        "messages.capacity.low = 0",
        "messages.growth = 0",
        "messages.max-bytes = 0",
        "messages.node-bytes = 0",
        "messages.overflow = drop",
        "messages.starvation-limit = 0",
        "messages.time-to-live = 0s",
        "messages.retry-without-reader = 0s",
        "messages.max-receive = 0",
        "messages.max-receive-bytes = 0",
        "messages.replay.count = -1",
        "messages.replay.time-to-live = 0s",
        "messages.lane.max-batch = 0",
        "messages.lane.max-batch-bytes = 0",
        "messages.lane.max-in-flight = 0",
        "messages.lane.max-in-flight-bytes = 0",
        "messages.lane.reply-timeout = 0s",
        "messages.fan-out = 0",
        "messages.tries = 0",
        "role = \"\""
      })
  void when_a_setting_is_out_of_range_then_the_error_names_it(String line) {
    var config =
        ConfigFactory.parseString("longshore.agents." + line).withFallback(ConfigFactory.load());

    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> MailboxSettings.from(config))
                .getMessage());

    String name = "longshore.agents." + line.substring(0, line.indexOf(' '));
    assertEquals(name, message.substring(0, name.length()));
  }

  @Test
  void when_shards_or_the_entity_type_change_then_a_running_cluster_breaks_and_so_does_this() {
    assertEquals(128, Given.settings().shards());
    assertEquals("mailbox", MailboxNode.KEY.name());
  }

  @Test
  void when_prefetch_is_off_then_a_mailbox_holds_what_may_run() {
    var config =
        ConfigFactory.parseString("longshore.agents.prefetch-per-slot = 0")
            .withFallback(ConfigFactory.load());

    assertEquals(3, MailboxSettings.from(config).capacity(3));
  }

  @Test
  void when_handler_threads_are_set_then_the_dispatcher_has_as_many() {
    var config =
        ConfigFactory.load(ConfigFactory.parseString("longshore.agents.handler-threads = 3"));

    String pool = "longshore.agents.handler-dispatcher.thread-pool-executor.fixed-pool-size";
    assertEquals(3, config.getInt(pool));
  }
}

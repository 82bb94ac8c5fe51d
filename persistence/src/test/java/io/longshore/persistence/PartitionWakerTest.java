package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes, each with a waker; the one has partition 0, the other partition 1. */
class PartitionWakerTest {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private static final Config CONFIG =
      ConfigFactory.parseString(
              "pekko.actor.provider = cluster, pekko.remote.artery.canonical {"
                  + "hostname = \"127.0.0.1\", port = 0}")
          .withFallback(ConfigFactory.load());

  private final Waking here = new Waking(0);
  private final Waking there = new Waking(1);

  /** A node and how often its waker has woken each partition. */
  private static final class Waking {
    private final ActorTestKit kit = ActorTestKit.create("wakers", CONFIG);
    private final Cluster cluster = Cluster.get(kit.system());
    private final AtomicLongArray lastAwake = new AtomicLongArray(2);
    private final AtomicIntegerArray woken = new AtomicIntegerArray(2);
    private volatile List<Integer> near;

    Waking(int near) {
      this.near = List.of(near);
    }

    void start(Waking first) {
      cluster.manager().tell(Join.create(first.cluster.selfMember().address()));
      Await.until("up", () -> cluster.selfMember().status().equals(MemberStatus.up()));
      kit.system()
          .systemActorOf(
              PartitionWaker.create(
                  "numbers", this::wake, () -> near, INTERVAL, lastAwake, Clock.systemUTC()),
              "numbers-waker",
              Props.empty());
    }

    /** Only what is near answers. */
    private void wake(PartitionMessage message, int partition) {
      woken.incrementAndGet(partition);
      if (near.contains(partition)) {
        ((PartitionMessage.Wake) message).replyTo().tell(new PartitionMessage.Awake(partition));
      }
    }

    void awaitWoken(int partition, int more) {
      int goal = woken.get(partition) + more;
      Await.until("woken", () -> woken.get(partition) >= goal);
    }
  }

  @AfterEach
  void stop() {
    here.kit.shutdownTestKit();
    there.kit.shutdownTestKit();
  }

  @Test
  void
      when_another_node_says_that_its_partition_is_awake_then_it_is_not_woken_until_it_is_silent() {
    here.start(here);
    there.start(here);
    Await.until("both know of both", () -> here.lastAwake.get(1) > 0 && there.lastAwake.get(0) > 0);

    here.awaitWoken(0, 3); // whatever the membership's changes have led to is over
    int farWoken = here.woken.get(1);
    long heardAt = here.lastAwake.get(1);
    here.awaitWoken(0, 20);
    Await.until("it is still heard of", () -> here.lastAwake.get(1) > heardAt);
    assertTrue(
        here.woken.get(1) <= farWoken + 5,
        "woken %d times more".formatted(here.woken.get(1) - farWoken));

    there.near = List.of();
    here.awaitWoken(1, 5);
  }
}

package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.fail;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Contents;
import io.longshore.persistence.NumbersProtocol.Recall;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** One node with two partitions of numbers, awake, on a real database. */
final class TestNode implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  final Gate gate = new Gate();
  final Partitions partitions;
  private final ActorSystem<Void> system;
  private final Database database;

  private TestNode(DatabaseSettings settings, String overrides) {
    database = Database.open(settings);
    Config config =
        ConfigFactory.parseString(
                "longshore.persistence.partitions {count = 2, reply-timeout = 30 s}")
            .withFallback(ConfigFactory.parseResources("persistence-test.conf"));
    Config all =
        ConfigFactory.load(
            ConfigFactory.parseString(overrides)
                .withFallback(settings.toPluginConfig())
                .withFallback(config));
    system = ActorSystem.create(Behaviors.empty(), "test", all);
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    PartitionsSettings partitionsSettings =
        PartitionsSettings.from(all.getConfig("longshore.persistence.partitions"));
    partitions =
        Partitions.start(
            system,
            partitionsSettings,
            NumbersPartition.TYPE_NAME,
            number -> NumbersPartition.create(number, partitionsSettings, gate),
            Clock.systemUTC());
    Await.until("both partitions are recovered", () -> partitions.asleep() == 0);
  }

  static TestNode start(DatabaseSettings settings) {
    return start(settings, "");
  }

  /** A node with other settings than those of {@code reference.conf}. */
  static TestNode start(DatabaseSettings settings, String overrides) {
    return new TestNode(settings, overrides);
  }

  /** Reads the partitions as a node does that has just started. */
  void rehearse(PartitionLogic<?, ?, ?> logic) {
    Rehearsal.await(system, NumbersPartition.TYPE_NAME, logic);
  }

  /** Sends a command to partition 0. */
  <R> CompletionStage<Answer<R>> ask(PartitionCommand<R> command) {
    return partitions.ask(0, command);
  }

  /** Sends a command to partition 0 and waits for what comes of it. */
  <R> Answer<R> outcome(PartitionCommand<R> command) {
    return await(ask(command));
  }

  /** Sends a command to partition 0 that must be replied to. */
  <R> R reply(PartitionCommand<R> command) {
    return replyOf(outcome(command));
  }

  /** Adds all numbers at once; all must be replied to. */
  void addAll(LongStream numbers) {
    List<CompletionStage<Answer<Added>>> asked = new ArrayList<>();
    numbers.forEach(number -> asked.add(ask(new Add(number))));
    asked.forEach(answer -> replyOf(await(answer)));
  }

  /** What partition 0 remembers. */
  Contents contents() {
    return reply(new Recall());
  }

  /**
   * Sends a command to partition 0 again and again, as its sender should while the outcome is
   * indeterminate, until it is replied to.
   */
  <R> R retry(PartitionCommand<R> command) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      if (outcome(command) instanceof Answer.Replied<R> replied) {
        return replied.reply();
      }
    }
    return fail("No reply in " + PATIENCE_SECONDS + " s to " + command);
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      return fail("No answer", e);
    }
  }

  static <R> R replyOf(Answer<R> answer) {
    return answer instanceof Answer.Replied<R> replied
        ? replied.reply()
        : fail("Not replied to: " + answer);
  }

  /** Stops without leaving the cluster, as a node that dies. */
  @Override
  public void close() {
    gate.open();
    system.terminate();
    await(system.getWhenTerminated());
    database.close();
  }
}

package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.FakeNode.Reply;
import io.longshore.node.cli.FakeWork.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AgentWorkerTest {
  private final FakeNode node = new FakeNode();
  private final FakeWork work = new FakeWork(node);
  private final Cli cli = new Cli().time(Clock.systemUTC(), Pause.real());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  @TempDir Path directory;

  @AfterEach
  void close() {
    threads.shutdownNow();
    node.close();
  }

  private AgentWorker start(int concurrency, Duration lease, Duration grace, TaskRunner runner) {
    Terminal terminal = cli.terminal();
    AgentWorker worker =
        new AgentWorker(
            new AgentApi(new ApiClient(List.of(node.url()), Pause.real(), notice -> {}), "x"),
            new AgentLog(terminal, Style.PLAIN, true, "x"),
            terminal,
            new AgentWorker.Settings(Json.object(), concurrency, lease, grace));
    threads.execute(
        () -> {
          try {
            worker.run(runner, Executors.newCachedThreadPool());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return worker;
  }

  private AgentWorker start(String command) {
    return start(
        4, Duration.ofSeconds(1), Duration.ofSeconds(60), new CommandRunner(command, threads));
  }

  @Test
  void when_tasks_come_then_each_is_completed_with_what_the_command_wrote() throws Exception {
    start("cat");

    work.add("text", "'plain words'");
    work.add("json", "{'a': [1, 2.50]}");

    assertEquals(
        "{\"taskId\":\"text\",\"leaseToken\":\"token-text\",\"output\":\"plain words\"}",
        work.ended("text").item().toString());
    assertEquals("{\"a\":[1,2.50]}", work.ended("json").item().path("output").toString());
    assertEquals("complete", work.ended("json").verb());
  }

  @Test
  void when_the_command_fails_then_the_task_fails_with_the_reason() throws Exception {
    start("echo no luck >&2; exit 3");

    work.add("t", "1");

    Ended ended = work.ended("t");
    assertEquals("fail", ended.verb());
    assertEquals("agent-error", ended.item().at("/error/code").asText());
    assertEquals(
        "The command ended with exit code 3: no luck", ended.item().at("/error/message").asText());
    assertTrue(ended.item().path("retryable").asBoolean());
  }

  @Test
  void when_a_running_task_is_canceled_then_its_command_is_killed_and_it_is_released()
      throws Exception {
    Path pid = directory.resolve("pid");
    start("echo $$ > '" + pid + ".new'; mv '" + pid + ".new' '" + pid + "'; sleep 60");
    work.add("t", "1");

    awaitFile(pid);
    work.cancel("t");

    assertEquals("release", work.ended("t").verb());
    long process = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(process).ifPresent(handle -> handle.onExit().join());
    assertFalse(ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void when_a_lease_is_lost_then_the_command_is_killed_and_the_slot_is_free() throws Exception {
    AgentWorker worker =
        start(
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            new CommandRunner("grep -q long && sleep 60; echo done", threads));
    work.add("lost", "'long'");
    work.lose("lost");
    work.add("next", "'short'");

    assertEquals("done", work.ended("next").item().path("output").asText());
    assertTrue(node.calls("POST /v1/leases:release").isEmpty());
    worker.stop();
  }

  @Test
  void when_a_task_runs_longer_than_its_lease_then_the_lease_is_extended() throws Exception {
    Path enough = directory.resolve("enough");
    start("while ! [ -e '" + enough + "' ]; do sleep 0.05; done; echo done");

    work.add("t", "1");
    while (node.calls("POST /v1/leases:extend").size() < 2) {
      awaitALittle();
    }
    Files.createFile(enough);

    assertEquals("complete", work.ended("t").verb());
    assertEquals(
        1, node.calls("POST /v1/leases:extend").get(0).body().at("/leases/0/leaseSeconds").asInt());
  }

  @Test
  void when_slots_are_taken_then_only_the_free_ones_are_asked_for() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    start(
        3,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        task ->
            new TaskRunner.Run(
                CompletableFuture.supplyAsync(
                    () -> {
                      most.accumulateAndGet(running.incrementAndGet(), Math::max);
                      awaitUninterruptibly(go);
                      running.decrementAndGet();
                      return new TaskRunner.Outcome.Completed(task.input());
                    },
                    threads),
                () -> {}));
    List<CompletableFuture<Ended>> ends = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      work.add("t" + i, "1");
      ends.add(work.end("t" + i));
    }

    go.countDown();
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

    assertTrue(most.get() <= 3, "ran " + most.get() + " at once");
    node.calls("POST .*leases:acquire")
        .forEach(call -> assertTrue(call.body().path("max").asInt() <= 3, call.toString()));
  }

  @Test
  void when_it_is_stopped_then_running_tasks_are_waited_for() throws Exception {
    Path started = directory.resolve("started");
    AgentWorker worker = start("touch '" + started + "'; sleep 0.5; echo done");
    work.add("t", "1");
    awaitFile(started);

    worker.stop();

    assertEquals("complete", work.ended("t").verb());
    assertEquals(1, node.calls("POST /v1/agents/x:drain").size());
    assertTrue(cli.out().contains("1 task completed, 0 failed."), cli.out());
  }

  @Test
  void when_running_tasks_outlast_the_grace_then_they_are_given_back() throws Exception {
    Path started = directory.resolve("started");
    AgentWorker worker =
        start(
            1,
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            new CommandRunner("touch '" + started + "'; sleep 60", threads));
    work.add("t", "1");
    awaitFile(started);

    assertTimeoutPreemptively(Duration.ofSeconds(40), worker::stop);

    assertEquals("release", work.ended("t").verb());
  }

  @Test
  void when_the_node_is_away_then_that_is_said_once_and_the_result_arrives_later()
      throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    node.on(
        "POST /v1/leases:complete",
        call -> {
          if (refusals.incrementAndGet() <= 2) {
            return Reply.problem(503, "{'title': 'This node is busy', 'status': 503}");
          }
          return Reply.ok("{'succeeded': [{'taskId': 't'}], 'failed': [], 'canceled': []}");
        });
    AgentWorker worker = start("cat");
    work.add("t", "1");

    while (refusals.get() < 3) {
      awaitALittle();
    }
    worker.stop();

    assertTrue(cli.out().contains("1 task completed, 0 failed."), cli.out());
  }

  @Test
  void when_the_node_refuses_a_result_then_the_task_fails_and_says_why() throws Exception {
    node.on(
        "POST /v1/leases:complete",
        call -> Reply.problem(400, "{'title': 'The request is not valid', 'detail': 'too long'}"));
    start("cat");

    work.add("t", "1");

    Ended ended = work.ended("t");
    assertEquals("fail", ended.verb());
    assertEquals(
        "The node refused the result. The request is not valid: too long",
        ended.item().at("/error/message").asText());
    assertFalse(ended.item().path("retryable").asBoolean());
  }

  private static void awaitFile(Path file) {
    while (!Files.exists(file)) {
      awaitALittle();
    }
  }

  private static void awaitALittle() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

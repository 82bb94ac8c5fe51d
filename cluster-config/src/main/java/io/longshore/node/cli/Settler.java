package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Held.Ended;
import io.longshore.node.cli.TaskRunner.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Tells the node how work ended, as much at a time as has ended meanwhile. */
final class Settler {
  private static final int MAX_MESSAGE = 2_000;
  private static final int TRIES_AGAINST_FAULTS = 5;
  private static final AgentApi.Settled NOTHING =
      new AgentApi.Settled(Set.of(), Map.of(), Set.of());

  private final AgentApi api;
  private final AgentLog log;
  private final Pause pause;
  private final Consumer<Held> settled;
  private final BlockingQueue<Ended> queue = new LinkedBlockingQueue<>();

  /**
   * Tells nothing yet.
   *
   * @param settled is told of each task once the node knows, or will find out by itself
   */
  Settler(AgentApi api, AgentLog log, Pause pause, Consumer<Held> settled) {
    this.api = api;
    this.log = log;
    this.pause = pause;
    this.settled = settled;
  }

  /** Work has ended; the node will be told. Bounded by the agent's concurrency. */
  void add(Ended ended) {
    queue.add(ended);
  }

  /** Goes on until interrupted. */
  void run() throws InterruptedException {
    while (true) {
      List<Ended> batch = new ArrayList<>();
      batch.add(queue.take());
      queue.drainTo(batch, AgentApi.MOST_AT_ONCE - 1);
      Map<String, List<Ended>> byVerb = new LinkedHashMap<>();
      batch.forEach(e -> byVerb.computeIfAbsent(verb(e), verb -> new ArrayList<>()).add(e));
      for (Map.Entry<String, List<Ended>> group : byVerb.entrySet()) {
        settle(group.getKey(), group.getValue());
      }
    }
  }

  private static String verb(Ended ended) {
    Held.Dropped dropped = ended.held().dropped();
    if (dropped != null) {
      return dropped.release() ? "release" : "forget";
    }
    return ended.outcome() instanceof Outcome.Completed ? "complete" : "fail";
  }

  private void settle(String verb, List<Ended> group) throws InterruptedException {
    AgentApi.Settled answer = verb.equals("forget") ? NOTHING : patiently(verb, group);
    boolean busy = false;
    for (Ended ended : group) {
      String taskId = ended.held().task().taskId();
      JsonNode problem = answer.failed().get(taskId);
      if (problem == null) {
        tell(ended, answer.canceled().contains(taskId));
        settled.accept(ended.held());
      } else if (ApiException.isBusy(problem)) {
        queue.add(ended);
        busy = true;
      } else {
        refused(verb, ended, problem);
      }
    }
    if (busy) {
      pause.of(ApiClient.backoff(1));
    }
  }

  /** Tries until the node answers: its word is worth the wait, as the work is done. */
  private AgentApi.Settled patiently(String verb, List<Ended> group) throws InterruptedException {
    List<ObjectNode> items = group.stream().map(Settler::item).toList();
    for (int failures = 1; ; failures++) {
      try {
        AgentApi.Settled answer = api.settle(verb, items);
        log.back();
        return answer;
      } catch (UnreachableException e) {
        log.away(e);
      } catch (ApiException e) {
        if (!e.isBusy() && failures == TRIES_AGAINST_FAULTS) {
          log.say("The node cannot take what was done; the leases will expire. " + e.getMessage());
          return NOTHING;
        }
      }
      pause.of(ApiClient.backoff(failures));
    }
  }

  private static ObjectNode item(Ended ended) {
    ObjectNode item = ended.held().task().reference();
    if (ended.held().dropped() != null) {
      return item;
    }
    if (ended.outcome() instanceof Outcome.Completed completed) {
      item.set("output", completed.output());
    } else if (ended.outcome() instanceof Outcome.Failed failed) {
      item.putObject("error").put("code", "agent-error").put("message", failed.message());
      item.put("retryable", failed.retryable());
    }
    return item;
  }

  /** A result the node will not have becomes a failure that says why; the rest is over. */
  private void refused(String verb, Ended ended, JsonNode problem) {
    String why = ApiException.describe(0, problem);
    if (verb.equals("complete") && !ApiException.isProblem(problem, "lease-lost")) {
      String message = Text.fit("The node refused the result. " + why, MAX_MESSAGE);
      queue.add(new Ended(ended.held(), new Outcome.Failed(message, false), ended.took()));
    } else {
      log.dropped(ended.held().task(), why);
      settled.accept(ended.held());
    }
  }

  private void tell(Ended ended, boolean canceled) {
    LeasedTask task = ended.held().task();
    Held.Dropped dropped = ended.held().dropped();
    if (dropped != null) {
      log.dropped(task, dropped.why());
    } else if (canceled) {
      log.dropped(task, "canceled");
    } else if (ended.outcome() instanceof Outcome.Failed failed) {
      log.failed(task, failed.message());
    } else {
      log.completed(task, ended.took());
    }
  }
}

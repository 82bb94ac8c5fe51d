package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was decided about one task, as its node tells; times in epoch milliseconds of the node.
 *
 * @param createdAt when it was submitted
 * @param decisions in their order
 */
record History(long createdAt, List<Decision> decisions) {

  /**
   * One decision.
   *
   * @param agentId about which agent; empty for none
   */
  record Decision(long at, String kind, String agentId) {
    boolean is(String wanted) {
      return kind.equals(wanted);
    }
  }

  /** A time during which something was wrong with an agent. */
  record Trouble(String agentId, long from, long until) {}

  History {
    decisions = List.copyOf(decisions);
  }

  /** Reads the answer to {@code GET /v1/tasks/{id}/decisions}. */
  static History of(long createdAt, JsonNode body) {
    List<Decision> decisions = new ArrayList<>();
    for (JsonNode one : body.path("decisions")) {
      decisions.add(
          new Decision(
              Instant.parse(one.path("at").asText()).toEpochMilli(),
              one.path("kind").asText(),
              one.path("agentId").asText("")));
    }
    return new History(createdAt, decisions);
  }

  /** From its submission to its first start; -1 if it was never started. */
  long waitMillis() {
    for (Decision decision : decisions) {
      if (decision.is("started")) {
        return decision.at() - createdAt;
      }
    }
    return -1;
  }

  /** Whether this agent was ever given it. */
  boolean met(String agentId) {
    return decisions.stream().anyMatch(decision -> decision.agentId().equals(agentId));
  }

  /** The longest time for which it lay with the agent in trouble, assigned and not started. */
  long behindMillis(Trouble trouble) {
    return longest("assigned", trouble);
  }

  /**
   * The longest time for which the agent in trouble had it started and did not do it, up to its
   * next start.
   */
  long leasedInVainMillis(Trouble trouble) {
    long most = 0;
    for (int i = 0; i < decisions.size(); i++) {
      Decision one = decisions.get(i);
      if (one.is("started") && one.agentId().equals(trouble.agentId())) {
        for (Decision later : decisions.subList(i + 1, decisions.size())) {
          if (later.is("started")) {
            most = Math.max(most, overlap(one.at(), later.at(), trouble));
            break;
          }
        }
      }
    }
    return most;
  }

  private long longest(String kind, Trouble trouble) {
    long most = 0;
    for (int i = 0; i < decisions.size(); i++) {
      Decision one = decisions.get(i);
      if (one.is(kind) && one.agentId().equals(trouble.agentId())) {
        long until = i + 1 < decisions.size() ? decisions.get(i + 1).at() : trouble.until();
        most = Math.max(most, overlap(one.at(), until, trouble));
      }
    }
    return most;
  }

  private static long overlap(long from, long until, Trouble trouble) {
    return Math.min(until, trouble.until()) - Math.max(from, trouble.from());
  }

  /** How often it was taken back before it started. */
  int moves() {
    return (int) decisions.stream().filter(decision -> decision.is("moved")).count();
  }

  /** Starts beyond the first, each after a lease that came to nothing. */
  int startedAgain() {
    long starts = decisions.stream().filter(decision -> decision.is("started")).count();
    return (int) Math.max(0, starts - 1);
  }

  /** Starts while an earlier one was still good: there must be none. */
  int doubled() {
    int doubled = 0;
    boolean leased = false;
    for (Decision decision : decisions) {
      if (decision.is("started")) {
        doubled += leased ? 1 : 0;
        leased = true;
      } else if (decision.is("retried")) {
        leased = false;
      }
    }
    return doubled;
  }
}

package io.longshore.registry;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Goes through several sets of agents as if they were one: in order, and each agent once. */
final class MergedAgents implements Iterator<AgentRecord> {
  private record Head(AgentRecord agent, Iterator<AgentRecord> rest) {}

  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(Comparator.comparing(head -> head.agent().agentId()));

  /** Those with ids behind {@code afterId}; all of them if it is null. */
  MergedAgents(List<SortedAgents> sets, @Nullable String afterId) {
    sets.forEach(set -> add(set.after(afterId)));
  }

  private void add(Iterator<AgentRecord> agents) {
    if (agents.hasNext()) {
      heads.add(new Head(agents.next(), agents));
    }
  }

  @Override
  public boolean hasNext() {
    return !heads.isEmpty();
  }

  @Override
  public AgentRecord next() {
    Head first = heads.poll();
    if (first == null) {
      throw new NoSuchElementException();
    }
    add(first.rest());
    String agentId = first.agent().agentId();
    for (Head twin = heads.peek();
        twin != null && twin.agent().agentId().equals(agentId);
        twin = heads.peek()) {
      heads.poll();
      add(twin.rest());
    }
    return first.agent();
  }
}

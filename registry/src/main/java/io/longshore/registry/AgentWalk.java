package io.longshore.registry;

import io.longshore.registry.SortedAgents.Branch;
import io.longshore.registry.SortedAgents.Leaf;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Goes from leaf to leaf; what is still to be visited of each branch waits on a stack. */
final class AgentWalk implements Iterator<AgentRecord> {
  /** Agents for which a page has room before it is known how many come. */
  private static final int FIRST_ROOM = 2 * SortedAgents.WIDTH;

  private record Rest(Branch branch, int next, @Nullable Rest below) {}

  private @Nullable Rest rests;
  private AgentRecord[] agents;
  private int next;

  AgentWalk(SortedAgents root, @Nullable String afterId) {
    SortedAgents node = root;
    while (node instanceof Branch branch) {
      int at = afterId == null ? 0 : branch.find(afterId);
      rests = new Rest(branch, at + 1, rests);
      node = branch.children[at];
    }
    Leaf leaf = (Leaf) node;
    agents = leaf.agents;
    if (afterId != null) {
      int at = leaf.find(afterId);
      next = at >= 0 ? at + 1 : -1 - at;
    }
  }

  @Override
  public boolean hasNext() {
    while (next >= agents.length) {
      Rest rest = rests;
      if (rest == null) {
        return false;
      }
      rests = rest.below;
      if (rest.next < rest.branch.children.length) {
        rests = new Rest(rest.branch, rest.next + 1, rests);
        descend(rest.branch.children[rest.next]);
      }
    }
    return true;
  }

  private void descend(SortedAgents from) {
    SortedAgents node = from;
    while (node instanceof Branch branch) {
      rests = new Rest(branch, 1, rests);
      node = branch.children[0];
    }
    agents = ((Leaf) node).agents;
    next = 0;
  }

  @Override
  public AgentRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return agents[next++];
  }

  /** The next agents, so many at most. Takes them a leaf at a time, without asking for each. */
  AgentPage page(int limit) {
    AgentRecord[] page = new AgentRecord[Math.min(limit, FIRST_ROOM)];
    int found = 0;
    while (found < limit && hasNext()) {
      int more = Math.min(limit - found, agents.length - next);
      if (found + more > page.length) {
        page = Arrays.copyOf(page, Math.min(limit, 2 * (found + more)));
      }
      System.arraycopy(agents, next, page, found, more);
      next += more;
      found += more;
    }
    List<AgentRecord> all = List.of(found == page.length ? page : Arrays.copyOf(page, found));
    return new AgentPage(all, hasNext() ? page[found - 1].agentId() : null);
  }
}

package io.longshore.registry;

import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A set of agents ordered by id that never changes: {@link #with} and {@link #without} give a new
 * one that shares all but one path with the old. A B+ tree, because each of a directory's indexes
 * holds such sets: an entry takes about 7 bytes, a node of a red-black tree 32.
 */
abstract sealed class SortedAgents implements Iterable<AgentRecord> {
  /** Most agents in a leaf and most nodes below a branch. */
  static final int WIDTH = 32;

  /** Neighbours that have no more than this together become one node. */
  private static final int JOINED = WIDTH / 2;

  /** A set of nobody. */
  static SortedAgents none() {
    return Leaf.NONE;
  }

  /** How many there are. */
  abstract int size();

  /** The set with this record, in place of the agent's older one if there is such. */
  final SortedAgents with(AgentRecord agent) {
    SortedAgents[] nodes = put(agent);
    return nodes.length == 1 ? nodes[0] : new Branch(nodes);
  }

  /** The set without this agent; the same if it is not there. */
  final SortedAgents without(String agentId) {
    SortedAgents left = remove(agentId);
    while (left instanceof Branch branch && branch.children.length == 1) {
      left = branch.children[0];
    }
    return left;
  }

  /** Those with ids behind this one, in order; all of them if it is null. */
  final Iterator<AgentRecord> after(@Nullable String agentId) {
    return new AgentWalk(this, agentId);
  }

  @Override
  public final Iterator<AgentRecord> iterator() {
    return after(null);
  }

  /** This node with the record, or the two nodes it became. */
  abstract SortedAgents[] put(AgentRecord agent);

  abstract SortedAgents remove(String agentId);

  /** The smallest id; there must be one. */
  abstract String first();

  /** How many places of the node are taken. */
  abstract int width();

  /** One node of all that this and its right neighbour have. */
  abstract SortedAgents join(SortedAgents next);

  private static <T> T[] inserted(T[] array, int at, T value) {
    T[] more = Arrays.copyOf(array, array.length + 1);
    System.arraycopy(array, at, more, at + 1, array.length - at);
    more[at] = value;
    return more;
  }

  private static <T> T[] removed(T[] array, int at) {
    T[] less = Arrays.copyOf(array, array.length - 1);
    System.arraycopy(array, at + 1, less, at, less.length - at);
    return less;
  }

  private static <T> T[] joined(T[] left, T[] right) {
    T[] all = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, all, left.length, right.length);
    return all;
  }

  /** Where to cut a node that is full: what grows at its end stays full. */
  private static int half(int length, int insertedAt) {
    return insertedAt == length - 1 ? length - 1 : length / 2;
  }

  /** The agents themselves. */
  static final class Leaf extends SortedAgents {
    private static final Leaf NONE = new Leaf(new AgentRecord[0]);

    final AgentRecord[] agents;

    Leaf(AgentRecord[] agents) {
      this.agents = agents;
    }

    @Override
    int size() {
      return agents.length;
    }

    @Override
    int width() {
      return agents.length;
    }

    @Override
    String first() {
      return agents[0].agentId();
    }

    /** Where an id is, or {@code -1 - i} if it would be at {@code i}. */
    int find(String agentId) {
      int low = 0;
      int high = agents.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = agents[middle].agentId().compareTo(agentId);
        if (order == 0) {
          return middle;
        } else if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1 - low;
    }

    @Override
    SortedAgents[] put(AgentRecord agent) {
      int at = find(agent.agentId());
      if (at >= 0) {
        AgentRecord[] changed = agents.clone();
        changed[at] = agent;
        return new SortedAgents[] {new Leaf(changed)};
      }
      AgentRecord[] more = inserted(agents, -1 - at, agent);
      if (more.length <= WIDTH) {
        return new SortedAgents[] {new Leaf(more)};
      }
      int half = half(more.length, -1 - at);
      return new SortedAgents[] {
        new Leaf(Arrays.copyOf(more, half)), new Leaf(Arrays.copyOfRange(more, half, more.length))
      };
    }

    @Override
    SortedAgents remove(String agentId) {
      int at = find(agentId);
      return at < 0 ? this : new Leaf(removed(agents, at));
    }

    @Override
    SortedAgents join(SortedAgents next) {
      return new Leaf(joined(agents, ((Leaf) next).agents));
    }
  }

  /** The sets of agents with smaller ids first. */
  static final class Branch extends SortedAgents {
    final SortedAgents[] children;

    /** The smallest id below each child. */
    private final String[] firsts;

    private final int size;

    Branch(SortedAgents[] children) {
      this.children = children;
      firsts = new String[children.length];
      int sum = 0;
      for (int i = 0; i < children.length; i++) {
        firsts[i] = children[i].first();
        sum += children[i].size();
      }
      size = sum;
    }

    @Override
    int size() {
      return size;
    }

    @Override
    int width() {
      return children.length;
    }

    @Override
    String first() {
      return firsts[0];
    }

    /** Below which child an id is, if anywhere. */
    int find(String agentId) {
      int at = Arrays.binarySearch(firsts, agentId);
      return at >= 0 ? at : Math.max(0, -2 - at);
    }

    @Override
    SortedAgents[] put(AgentRecord agent) {
      int at = find(agent.agentId());
      SortedAgents[] nodes = children[at].put(agent);
      SortedAgents[] changed =
          nodes.length == 1 ? children.clone() : inserted(children, at + 1, nodes[1]);
      changed[at] = nodes[0];
      if (changed.length <= WIDTH) {
        return new SortedAgents[] {new Branch(changed)};
      }
      int half = half(changed.length, at + 1);
      return new SortedAgents[] {
        new Branch(Arrays.copyOf(changed, half)),
        new Branch(Arrays.copyOfRange(changed, half, changed.length))
      };
    }

    @Override
    SortedAgents remove(String agentId) {
      int at = find(agentId);
      SortedAgents less = children[at].remove(agentId);
      if (less == children[at]) {
        return this;
      }
      int left = at > 0 ? at - 1 : at;
      int right = left + 1;
      SortedAgents[] changed = children.clone();
      changed[at] = less;
      if (less.width() == 0) {
        changed = removed(changed, at);
      } else if (right < changed.length
          && changed[left].width() + changed[right].width() <= JOINED) {
        changed[left] = changed[left].join(changed[right]);
        changed = removed(changed, right);
      }
      return changed.length == 0 ? none() : new Branch(changed);
    }

    @Override
    SortedAgents join(SortedAgents next) {
      return new Branch(joined(children, ((Branch) next).children));
    }
  }
}

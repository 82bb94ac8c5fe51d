package io.longshore.registry;

import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's copy of one partition: takes updates in whatever order they come and keeps the
 * directory's entries of that partition. An update, and a listing gathered aside, takes effect as a
 * whole, so that readers never see half of it. Confined to the directory's actor.
 */
final class PartitionReplica {
  private final Directory directory;
  private SortedAgents own = SortedAgents.none();
  private long revision;
  private boolean complete;
  private @Nullable Listing listing;

  /** A copy that has nothing yet. */
  PartitionReplica(Directory directory) {
    this.directory = directory;
  }

  /** The last revision applied; 0 for nothing. */
  long revision() {
    return revision;
  }

  /** Whether this copy has once had all that its partition had. */
  boolean complete() {
    return complete;
  }

  /**
   * Applies an update, or drops it where it does not fit.
   *
   * @return false if something before it is missing: the partition should be asked
   */
  boolean apply(DirectoryUpdate update) {
    return update.kind() == Kind.CHANGE ? change(update) : gather(update);
  }

  private boolean change(DirectoryUpdate update) {
    if (update.fromRevision() > revision) {
      return listing != null; // it fits once the listing is here
    }
    if (update.toRevision() > revision) {
      change(update.upserts(), update.removals());
      revision = update.toRevision();
      if (listing != null && listing.goal <= revision) {
        listing = null; // it would only lead back
      }
    }
    complete |= revision == update.goal();
    return true;
  }

  private boolean gather(DirectoryUpdate update) {
    if (update.kind() == Kind.LISTING) {
      if (update.fromRevision() != revision || reached(update)) {
        return true; // answers what was asked long ago, or came twice
      }
      listing = new Listing(update.goal());
    } else if (listing == null || listing.goal != update.goal() || reached(update)) {
      return true; // of a listing that is not wanted any more, or came twice
    } else if (listing.revision != update.fromRevision()) {
      listing = null;
      return false;
    }
    listing.add(update);
    if (listing.revision == listing.goal) {
      replaceBy(listing);
    }
    return true;
  }

  private boolean reached(DirectoryUpdate update) {
    return listing != null
        && listing.goal == update.goal()
        && listing.revision >= update.toRevision();
  }

  private void replaceBy(Listing whole) {
    List<String> gone = new ArrayList<>();
    for (AgentRecord agent : own) {
      if (!whole.agents.containsKey(agent.agentId())) {
        gone.add(agent.agentId());
      }
    }
    change(whole.agents.values(), gone);
    revision = whole.goal;
    complete = true;
    listing = null;
  }

  private void change(Collection<AgentRecord> changed, List<String> gone) {
    for (AgentRecord agent : changed) {
      own = own.with(agent);
    }
    for (String agentId : gone) {
      own = own.without(agentId);
    }
    directory.change(changed, gone);
  }

  /** A listing on its way. */
  private static final class Listing {
    private final long goal;
    private final Map<String, AgentRecord> agents = new HashMap<>();
    private long revision;

    Listing(long goal) {
      this.goal = goal;
    }

    void add(DirectoryUpdate update) {
      update.upserts().forEach(agent -> agents.put(agent.agentId(), agent));
      revision = update.toRevision();
    }
  }
}

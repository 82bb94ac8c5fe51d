package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.WantedCapability;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who gets a message that is for one agent of a capability: of two at random whose messages
 * are read the one with less waiting, as far as its last answer told. That keeps the longest queue
 * short without asking everybody (M. Mitzenmacher, "The power of two choices in randomized load
 * balancing", 2001). Who refuses is passed over for the next. Thread-safe.
 */
final class Recipients {
  /** How many agents of one capability are in the choice at one time. */
  private static final int CANDIDATES = 256;

  /** Most capabilities, and most agents, that anything is remembered of. */
  private static final int MAX_REMEMBERED = 10_000;

  /** How long the directory is not asked again, milliseconds. */
  private static final long FRESH = 1_000;

  /** How long somebody that nobody reads, or that did not answer, is chosen last, milliseconds. */
  private static final long UNREAD = 10_000;

  private final Function<Parcel, CompletableFuture<Taken>> postage;
  private final Function<String, Optional<AgentRecord>> directory;
  private final Function<AgentQuery, AgentPage> search;
  private final MessageSettings settings;
  private final Clock clock;
  private final IntUnaryOperator random;
  private final Map<WantedCapability, Candidates> candidates = new ConcurrentHashMap<>();
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** What a mailbox last said, when, in epoch milliseconds. */
  private record Known(int waiting, boolean read, long at) {}

  /**
   * Knows nobody yet.
   *
   * @param postage takes messages to a mailbox
   * @param directory finds an agent's record
   * @param search looks for agents
   * @param random a number below the one it is given
   */
  Recipients(
      Function<Parcel, CompletableFuture<Taken>> postage,
      Function<String, Optional<AgentRecord>> directory,
      Function<AgentQuery, AgentPage> search,
      MessageSettings settings,
      Clock clock,
      IntUnaryOperator random) {
    this.postage = postage;
    this.directory = directory;
    this.search = search;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  /** Sends a message to one of those that offer this. */
  CompletableFuture<Sent> sendToOne(WantedCapability wanted, Message message) {
    Choice choice = new Choice(candidates(wanted), this::waiting, random);
    Sent nobody =
        Sent.refused(1, Sent.Reason.NOBODY_READS, settings.retryWithoutReader().toMillis());
    CompletableFuture<Sent> answer = new CompletableFuture<>();
    next(wanted, choice, settings.tries(), List.of(message), nobody, answer);
    return answer;
  }

  private void next(
      WantedCapability wanted,
      Choice choice,
      int tries,
      List<Message> message,
      Sent refusal,
      CompletableFuture<Sent> answer) {
    String agentId = tries == 0 ? null : choice.next();
    if (agentId == null) {
      answer.complete(refusal);
      return;
    }
    var unused =
        postage
            .apply(new Parcel(agentId, message, true))
            .thenAccept(
                taken -> {
                  if (note(wanted, agentId, taken)) {
                    choice.isRead(agentId);
                  }
                  Sent sent = taken.sent();
                  if (sent.refused() == 0 || sent.why() == Sent.Reason.IN_FLIGHT) {
                    answer.complete(sent);
                  } else {
                    next(wanted, choice, tries - 1, message, better(refusal, sent), answer);
                  }
                });
  }

  /** A full mailbox says more than one that nobody reads; the earliest room counts. */
  private static Sent better(Sent one, Sent other) {
    boolean unread = one.why() == Sent.Reason.NOBODY_READS;
    boolean otherUnread = other.why() == Sent.Reason.NOBODY_READS;
    if (unread != otherUnread) {
      return unread ? other : one;
    }
    return one.retryAfterMillis() <= other.retryAfterMillis() ? one : other;
  }

  /** How long its queue is taken to be: that of an agent without a reader has no end. */
  private int waiting(String agentId) {
    Known agent = known.get(agentId);
    if (agent == null) {
      return 0;
    }
    if (!agent.read) {
      return clock.millis() - agent.at < UNREAD ? Choice.UNREAD : 0;
    }
    return agent.waiting;
  }

  /**
   * Remembers what a mailbox said. Who was not asked in the end said nothing, and from a mailbox
   * that does not answer nobody reads.
   *
   * @return whether it is read
   */
  private boolean note(WantedCapability wanted, String agentId, Taken taken) {
    Sent.Reason why = taken.sent().why();
    if (why == Sent.Reason.BUSY || why == Sent.Reason.IN_FLIGHT) {
      return false;
    }
    if (known.size() >= MAX_REMEMBERED) {
      known.clear();
    }
    boolean read = taken.read() && taken.sent().unknown() == 0;
    Known before = known.put(agentId, new Known(taken.waiting(), read, clock.millis()));
    // Not those that it was chosen from: they may have been looked for again meanwhile.
    Candidates current = candidates.get(wanted);
    if (current != null && (before == null || before.read != read)) {
      current.note(agentId, read);
    }
    return read;
  }

  private Candidates candidates(WantedCapability wanted) {
    long now = clock.millis();
    Candidates found = candidates.get(wanted);
    if (found != null && now < found.until()) {
      return found;
    }
    if (candidates.size() >= MAX_REMEMBERED) {
      candidates.clear();
    }
    return candidates.compute(
        wanted,
        (same, before) ->
            before != null && now < before.until() ? before : search(wanted, before, now));
  }

  /** Others than before, if there are many, and with them those who were read before. */
  private Candidates search(WantedCapability wanted, @Nullable Candidates before, long now) {
    List<String> readers = before == null ? new ArrayList<>() : stillRead(wanted, before.readers());
    Set<String> agentIds = new LinkedHashSet<>(readers);
    List<String> unknown = new ArrayList<>();
    AgentPage page = page(wanted, before == null ? null : before.next());
    for (AgentRecord agent : page.agents()) {
      String agentId = agent.agentId();
      if (agentIds.add(agentId)) {
        Known said = known.get(agentId);
        if (said != null && said.read) {
          readers.add(agentId);
        } else if (waiting(agentId) != Choice.UNREAD) {
          unknown.add(agentId);
        }
      }
    }
    if (!unknown.isEmpty()) {
      // So that not every node begins with the same.
      Collections.rotate(unknown, random.applyAsInt(unknown.size()));
    }
    return new Candidates(List.copyOf(agentIds), readers, unknown, page.next(), now + FRESH);
  }

  /** As many as are in the choice at one time, the latest found. */
  private List<String> stillRead(WantedCapability wanted, List<String> readers) {
    List<String> still = new ArrayList<>();
    for (String agentId :
        readers.subList(Math.max(0, readers.size() - CANDIDATES), readers.size())) {
      boolean offers =
          directory
              .apply(agentId)
              .filter(agent -> !agent.draining() && wanted.isOfferedBy(agent.spec()))
              .isPresent();
      if (offers && waiting(agentId) != Choice.UNREAD) {
        still.add(agentId);
      }
    }
    return still;
  }

  private AgentPage page(WantedCapability wanted, @Nullable String after) {
    AgentPage page =
        search.apply(new AgentQuery(wanted, Map.of(), null, null, false, after, CANDIDATES));
    return page.agents().isEmpty() && after != null ? page(wanted, null) : page;
  }
}

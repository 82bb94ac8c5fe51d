package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.WantedCapability;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who gets a message that is for one agent of a capability: of two at random the one with
 * less waiting, as far as its last answer told. That keeps the longest queue short without asking
 * everybody (M. Mitzenmacher, "The power of two choices in randomized load balancing", 2001). Who
 * refuses is passed over for the next. Thread-safe.
 */
final class Recipients {
  /** How many agents of one capability are in the choice at one time. */
  private static final int CANDIDATES = 256;

  /** Most capabilities, and most agents, that anything is remembered of. */
  private static final int MAX_REMEMBERED = 10_000;

  /** How long the directory is not asked again, milliseconds. */
  private static final long FRESH = 1_000;

  /** How long somebody of whom nobody reads is chosen last, milliseconds. */
  private static final long UNREAD = 10_000;

  private final Postage postage;
  private final Function<AgentQuery, AgentPage> search;
  private final MessageSettings settings;
  private final Clock clock;
  private final IntUnaryOperator random;
  private final Map<WantedCapability, Candidates> candidates = new ConcurrentHashMap<>();
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** Some that offer a capability; the search goes on behind {@code next} the next time. */
  private record Candidates(List<String> agentIds, @Nullable String next, long until) {}

  /** What a mailbox last said, when, in epoch milliseconds. */
  private record Known(int waiting, boolean read, long at) {}

  /**
   * Knows nobody yet.
   *
   * @param random a number below the one it is given
   */
  Recipients(
      Postage postage,
      Function<AgentQuery, AgentPage> search,
      MessageSettings settings,
      Clock clock,
      IntUnaryOperator random) {
    this.postage = postage;
    this.search = search;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  /** Sends a message to one of those that offer this. */
  CompletableFuture<Sent> sendToOne(WantedCapability wanted, Message message) {
    List<String> choice = new ArrayList<>(candidates(wanted).agentIds);
    Sent nobody =
        Sent.refused(1, Sent.Reason.NOBODY_READS, settings.retryWithoutReader().toMillis());
    CompletableFuture<Sent> answer = new CompletableFuture<>();
    next(choice, settings.tries(), List.of(message), nobody, answer);
    return answer;
  }

  private void next(
      List<String> choice,
      int tries,
      List<Message> message,
      Sent refusal,
      CompletableFuture<Sent> answer) {
    if (choice.isEmpty() || tries == 0) {
      answer.complete(refusal);
      return;
    }
    String agentId = choose(choice);
    var unused =
        postage
            .post(new Parcel(agentId, message, true))
            .thenAccept(
                taken -> {
                  note(agentId, taken);
                  Sent sent = taken.sent();
                  if (sent.refused() == 0 || sent.why() == Sent.Reason.IN_FLIGHT) {
                    answer.complete(sent);
                  } else {
                    next(choice, tries - 1, message, better(refusal, sent), answer);
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

  /** Takes out the one to try. */
  private String choose(List<String> choice) {
    int one = random.applyAsInt(choice.size());
    int other = random.applyAsInt(choice.size());
    int chosen = waiting(choice.get(one)) <= waiting(choice.get(other)) ? one : other;
    String agentId = choice.get(chosen);
    int last = choice.size() - 1;
    choice.set(chosen, choice.get(last));
    choice.remove(last);
    return agentId;
  }

  /** How long its queue is taken to be: that of an agent without a reader has no end. */
  private int waiting(String agentId) {
    Known agent = known.get(agentId);
    if (agent == null) {
      return 0;
    }
    if (!agent.read) {
      return clock.millis() - agent.at < UNREAD ? Integer.MAX_VALUE : 0;
    }
    return agent.waiting;
  }

  private void note(String agentId, Taken taken) {
    if (known.size() >= MAX_REMEMBERED) {
      known.clear();
    }
    known.put(agentId, new Known(taken.waiting(), taken.read(), clock.millis()));
  }

  private Candidates candidates(WantedCapability wanted) {
    Candidates found = candidates.get(wanted);
    long now = clock.millis();
    if (found != null && now < found.until) {
      return found;
    }
    if (candidates.size() >= MAX_REMEMBERED) {
      candidates.clear();
    }
    Candidates fresh = search(wanted, found == null ? null : found.next, now + FRESH);
    candidates.put(wanted, fresh);
    return fresh;
  }

  private Candidates search(WantedCapability wanted, @Nullable String after, long until) {
    AgentPage page =
        search.apply(new AgentQuery(wanted, Map.of(), null, null, false, after, CANDIDATES));
    if (page.agents().isEmpty() && after != null) {
      return search(wanted, null, until);
    }
    return new Candidates(
        page.agents().stream().map(AgentRecord::agentId).toList(), page.next(), until);
  }
}

package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Acquire;
import io.longshore.agents.MailboxProtocol.AcquireReply;
import io.longshore.agents.MailboxProtocol.Assign;
import io.longshore.agents.MailboxProtocol.Command;
import io.longshore.agents.MailboxProtocol.Ended;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.Enlist;
import io.longshore.agents.MailboxProtocol.Extended;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.MailboxProtocol.GetStatus;
import io.longshore.agents.MailboxProtocol.HangUp;
import io.longshore.agents.MailboxProtocol.Heartbeat;
import io.longshore.agents.MailboxProtocol.HeartbeatAnswer;
import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.MailboxProtocol.Overloaded;
import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Removed;
import io.longshore.agents.MailboxProtocol.StatusReply;
import io.longshore.agents.MailboxProtocol.TakeBack;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.FindReply;
import io.longshore.registry.RegistryProtocol.NoSuchAgent;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * The mailboxes of all agents, wherever in the cluster they are.
 *
 * <p>Questions are answered {@link Answer.Indeterminate} when the mailbox does not answer in time,
 * as while it moves to another node or has more to do than it may keep. What is only told may be
 * lost; its sender learns so by what is missing from the mailbox's next report.
 */
public final class Mailboxes {
  /** Of a node that leaves, or a mailbox that does not answer: nobody knows when another will. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final MailboxNode node;
  private final MailboxSettings settings;
  private final Messages messages;

  private Mailboxes(
      MailboxNode node,
      Function<String, Optional<AgentRecord>> directory,
      Function<AgentQuery, AgentPage> search,
      Clock clock) {
    this.node = node;
    this.settings = node.settings();
    Postage postage = node.postage();
    Recipients recipients =
        new Recipients(
            postage::post,
            directory,
            search,
            settings.messages(),
            clock,
            bound -> ThreadLocalRandom.current().nextInt(bound));
    this.messages = new Messages(this, postage, recipients, search, settings.messages());
  }

  /**
   * Starts this node's share of the mailboxes; once per node.
   *
   * @param source where work comes from and is reported to
   * @param handlers that agents of this node may name; those of its configuration are registered
   * @param webhooks how tasks reach agents by HTTP
   */
  public static Mailboxes start(
      ActorSystem<?> system,
      MailboxSettings settings,
      Clock clock,
      WorkSource source,
      Registry registry,
      Handlers handlers,
      WebhookSender webhooks) {
    Mailboxes mailboxes =
        start(
            system,
            settings,
            clock,
            source,
            id -> registry.directory().find(id),
            id -> isGone(registry, id),
            query -> registry.directory().find(query),
            handlers,
            webhooks);
    HandlerRegistration registration = new HandlerRegistration(registry, MailboxNode.timer(system));
    handlers.agents().forEach(registration::register);
    return mailboxes;
  }

  /** While the directory is not complete yet, that it lacks somebody is no reason to ask. */
  private static CompletionStage<Boolean> isGone(Registry registry, String agentId) {
    if (!registry.ready()) {
      return CompletableFuture.completedFuture(false);
    }
    return registry
        .find(agentId)
        .thenApply(
            answer ->
                answer instanceof Answer.Replied<FindReply> replied
                    && replied.reply() instanceof NoSuchAgent);
  }

  /**
   * The same without a registry.
   *
   * @param directory finds an agent's record
   * @param gone whether it is certain that there is no such agent
   * @param search looks for agents
   */
  static Mailboxes start(
      ActorSystem<?> system,
      MailboxSettings settings,
      Clock clock,
      WorkSource source,
      Function<String, Optional<AgentRecord>> directory,
      Function<String, CompletionStage<Boolean>> gone,
      Function<AgentQuery, AgentPage> search,
      Handlers handlers,
      WebhookSender webhooks) {
    MailboxNode node =
        MailboxNode.start(system, settings, clock, source, directory, gone, handlers, webhooks);
    return new Mailboxes(node, directory, search, clock);
  }

  /**
   * Leases tasks to a worker of the agent.
   *
   * @param max most leases, at least 1
   * @param wait for the first one; a longer one than the settings allow is cut
   * @param lease how long they last; zero for what each task asks
   * @param call a random number, to hang up by
   */
  public CompletionStage<Answer<AcquireReply>> acquire(
      AgentRecord agent, int max, Duration wait, Duration lease, long call) {
    Duration bounded = wait.compareTo(settings.maxWait()) < 0 ? wait : settings.maxWait();
    return this.<AcquireReply>ask(
            agent.agentId(),
            replyTo -> new Acquire(agent, max, bounded.toMillis(), lease.toMillis(), call, replyTo),
            bounded.plus(settings.startTimeout()))
        .whenComplete((answer, never) -> hangUpIfUnanswered(agent.agentId(), call, answer));
  }

  /** Takes messages; see {@link Messages} and {@link MessageReader}. */
  CompletionStage<Answer<ReceiveReply>> receive(
      AgentRecord agent,
      int max,
      Duration wait,
      @Nullable MessageId after,
      boolean resumes,
      long reader,
      long call) {
    Duration bounded = wait.compareTo(settings.maxWait()) < 0 ? wait : settings.maxWait();
    return this.<ReceiveReply>ask(
            agent.agentId(),
            replyTo ->
                new Receive(agent, max, bounded.toMillis(), after, resumes, reader, call, replyTo),
            bounded)
        .whenComplete((answer, never) -> hangUpIfUnanswered(agent.agentId(), call, answer));
  }

  /**
   * A mailbox that stood still would hand out to this call, the first in line, when nobody waits
   * for its answer any more.
   */
  private void hangUpIfUnanswered(String agentId, long call, Answer<?> answer) {
    if (answer instanceof Answer.Indeterminate) {
      hangUp(agentId, call);
    }
  }

  /**
   * This node's API can be called at this URL: workers that ask at another node are told so, and
   * may ask here instead.
   */
  public void servesAt(String url) {
    node.servesAt(url);
  }

  /** Where a worker should ask for more; null if here, or if that is not known. */
  public @Nullable String elsewhere(Leases leases) {
    return leases.at() == null || leases.at().equals(node.url()) ? null : leases.at();
  }

  /** The limits of webhooks on this node. */
  public WebhookSettings webhooks() {
    return settings.workers().webhook();
  }

  /** Messages to agents and their readers. */
  public Messages messages() {
    return messages;
  }

  /** Says that the worker of this acquire waits no more; what it was granted is answered. */
  public void hangUp(String agentId, long call) {
    tell(agentId, new HangUp(call));
  }

  /** Says that a worker of the agent is there. */
  public CompletionStage<Answer<HeartbeatReply>> heartbeat(AgentRecord agent) {
    return this.<HeartbeatAnswer>ask(
            agent.agentId(), replyTo -> new Heartbeat(agent, replyTo), Duration.ZERO)
        .thenApply(answer -> answer.map(reply -> (HeartbeatReply) reply));
  }

  /** How the agent is. */
  public CompletionStage<Answer<MailboxStatus>> status(AgentRecord agent) {
    return this.<StatusReply>ask(
            agent.agentId(), replyTo -> new GetStatus(agent, replyTo), Duration.ZERO)
        .thenApply(answer -> answer.map(reply -> (MailboxStatus) reply));
  }

  /** Gives the agent tasks; what it makes of them is reported to their routes. */
  public void assign(AgentRecord agent, List<TaskRef> refs) {
    tell(agent.agentId(), new Assign(agent, refs));
  }

  /** Asks for tasks of the route back; those not started are reported as returned. */
  public void takeBack(String agentId, Route route, List<String> taskIds) {
    tell(agentId, new TakeBack(route, taskIds));
  }

  /** Has the agent's room reported to the route. */
  public void enlist(AgentRecord agent, Route route) {
    tell(agent.agentId(), new Enlist(agent, route));
  }

  /** Says that leases of the agent are over. */
  public void ended(String agentId, List<EndedLease> leases) {
    tell(agentId, new Ended(leases));
  }

  /** Says that leases of the agent last longer. */
  public void extended(String agentId, List<ExtendedLease> leases) {
    tell(agentId, new Extended(leases));
  }

  /** Says that the agent is registered no more. */
  public void removed(String agentId) {
    tell(agentId, new Removed(agentId));
  }

  private void tell(String agentId, Command command) {
    if (!node.leaving()) {
      node.mailbox(agentId).tell(command);
    }
  }

  private <R> CompletionStage<Answer<R>> ask(
      String agentId, Function<ActorRef<R>, Command> command, Duration wait) {
    if (node.leaving()) {
      return CompletableFuture.completedFuture(new Answer.Overloaded<>(RETRY_AFTER));
    }
    return node.mailbox(agentId)
        .<R>ask(command::apply, wait.plus(settings.askTimeout()))
        .handle(
            (reply, error) -> {
              if (reply instanceof Overloaded overloaded) {
                return new Answer.Overloaded<>(Duration.ofMillis(overloaded.retryAfterMillis()));
              }
              return error == null
                  ? new Answer.Replied<>(reply)
                  : new Answer.Indeterminate<>(RETRY_AFTER);
            });
  }
}

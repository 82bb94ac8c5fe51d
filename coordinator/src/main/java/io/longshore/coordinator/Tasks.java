package io.longshore.coordinator;

import io.longshore.agents.Handlers;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.MailboxSettings;
import io.longshore.agents.Mailboxes;
import io.longshore.agents.Route;
import io.longshore.agents.WebhookSender;
import io.longshore.agents.WorkSource;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Archive;
import io.longshore.persistence.PartitionCommand;
import io.longshore.persistence.Partitions;
import io.longshore.persistence.Rehearsal;
import io.longshore.registry.Registry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/** What can be done with tasks, from any node. Thread-safe; no stage completes exceptionally. */
public final class Tasks {
  private static final Duration MARGIN = Duration.ofSeconds(3);

  private final Clock clock;
  private final TaskIds ids;
  private final Partitions ledger;
  private final ToCoordinators toCoordinators;
  private final WorkSource work;
  private final Mailboxes mailboxes;
  private final Submission submission;
  private final History history;
  private final TaskListing listing;
  private final DeadLetters deadLetters;
  private final Recommendations recommendations;

  /** Completed with the ledger: mailboxes and coordinators may be at work a little earlier. */
  private final CompletionStage<Partitions> started;

  private Tasks(
      ActorSystem<?> system,
      CoordinatorSettings settings,
      MailboxSettings mailboxSettings,
      Clock clock,
      Registry registry,
      Handlers handlers,
      WebhookSender webhooks,
      Archive archive) {
    CompletableFuture<Partitions> starting = new CompletableFuture<>();
    started = starting;
    this.clock = clock;
    ids = new TaskIds(settings.partitions().count(), clock);
    history = new History(archive, ids);
    deadLetters = new DeadLetters(archive, this, system, clock);
    Coordinators coordinators = new Coordinators(system, settings, clock);
    toCoordinators = coordinators.gathering();
    work = new LedgerWork(this, toCoordinators);
    mailboxes = Mailboxes.start(system, mailboxSettings, clock, work, registry, handlers, webhooks);
    recommendations = Recommendations.start(system, settings.recommendations(), clock);
    coordinators.start(
        (route, passivate) ->
            Coordinator.create(
                route,
                settings,
                registry.directory(),
                mailboxes,
                new ToLedger(started, ids),
                recommendations,
                clock,
                passivate));
    ledger =
        Partitions.start(
            system,
            settings.partitions(),
            TaskLedger.TYPE_NAME,
            partition -> TaskLedger.create(partition, settings, clock, new FromLedger(), archive),
            clock);
    listing = new TaskListing(ledger, history);
    submission = new Submission(ids, ledger, history, clock);
    starting.complete(ledger);
  }

  /** Reads some of the ledger as this node does when it takes partitions over, before it joins. */
  public static void rehearse(ActorSystem<?> system, CoordinatorSettings settings) {
    Rehearsal.await(system, TaskLedger.TYPE_NAME, new LedgerLogic(settings.ledger()));
  }

  /**
   * Starts ledger, coordinators and mailboxes on this node, or ways to them.
   *
   * @param webhooks how tasks reach agents by HTTP
   * @param archive where ended tasks and dead letters are kept; stays open as long as the node
   */
  public static Tasks start(
      ActorSystem<?> system,
      CoordinatorSettings settings,
      MailboxSettings mailboxSettings,
      Clock clock,
      Registry registry,
      Handlers handlers,
      WebhookSender webhooks,
      Archive archive) {
    return new Tasks(
        system, settings, mailboxSettings, clock, registry, handlers, webhooks, archive);
  }

  /** Tasks that were given up and wait for a person. */
  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** How many agents each capability should have. */
  public Recommendations recommendations() {
    return recommendations;
  }

  /** The live side of the agents. */
  public Mailboxes mailboxes() {
    return mailboxes;
  }

  /** The ledger as mailboxes see it: for whoever starts tasks without an agent's mailbox. */
  public WorkSource workSource() {
    return work;
  }

  /** How many partitions the ledger has. */
  public int partitions() {
    return ledger.count();
  }

  /** How many ledger partitions have not been heard of lately; ready means none. */
  public int asleep() {
    return ledger.asleep();
  }

  /** How many commands of this node the ledger has not answered yet. */
  public int inFlight() {
    return ledger.inFlight();
  }

  /** Accepts a task; answered once it is committed. */
  public CompletionStage<Answer<TaskProtocol.SubmitReply>> submit(NewTask task) {
    return submission.submit(task);
  }

  /**
   * Accepts many tasks, each for itself; answered once all are committed or refused. A thousand
   * places stay together in one partition, with a key in that of the first place's key, whether a
   * task is there or not: so the same tasks, sent again at the same places, find those that exist.
   *
   * @param places the tasks, and null where there is none
   * @param batchKey of which each task's own key was made by {@link NewTask#keyAt}; null for none
   * @return the answer to each task in order
   */
  public CompletionStage<List<Answer<TaskProtocol.SubmitReply>>> submitAll(
      List<@Nullable NewTask> places, @Nullable String batchKey) {
    return submission.submitAll(places, batchKey);
  }

  /** Accepts a task under an id that names its partition. */
  CompletionStage<Answer<TaskProtocol.SubmitReply>> submit(String taskId, NewTask task) {
    return submission.submit(taskId, task);
  }

  /** A new id in the partition of another. */
  String siblingOf(String taskId) {
    return ids.create(ids.partitionOf(taskId));
  }

  /** Reads a task from its authority, or from the archive if it has left. */
  public CompletionStage<Answer<TaskProtocol.GetReply>> get(String taskId) {
    return inMemory(taskId).thenCompose(answer -> orArchived(taskId, answer));
  }

  /** Reads a task from its authority alone. */
  CompletionStage<Answer<TaskProtocol.GetReply>> inMemory(String taskId) {
    return about(taskId, new TaskProtocol.Get(taskId), new TaskProtocol.NoSuchTask(taskId));
  }

  private CompletionStage<Answer<TaskProtocol.GetReply>> orArchived(
      String taskId, Answer<TaskProtocol.GetReply> answer) {
    TaskProtocol.NoSuchTask unknown = new TaskProtocol.NoSuchTask(taskId);
    return history.orArchived(
        taskId, answer, unknown, found -> new TaskProtocol.Found(found.view(true)));
  }

  /**
   * Waits for a task to change.
   *
   * @param afterGeneration answered as soon as the task is beyond it; -1 for the task's end or its
   *     need of input
   * @param wait how long at most; then answered with the task as it is
   */
  public CompletionStage<Answer<TaskProtocol.GetReply>> await(
      String taskId, long afterGeneration, Duration wait) {
    int partition = ids.partitionOf(taskId);
    if (partition < 0) {
      return done(new TaskProtocol.NoSuchTask(taskId));
    }
    long millis = Math.max(1, wait.toMillis());
    long until = clock.millis() + millis;
    return ledger
        .<TaskProtocol.GetReply>await(
            partition,
            replyTo -> new TaskProtocol.Await(taskId, afterGeneration, until, replyTo, millis),
            wait.plus(MARGIN))
        .thenCompose(answer -> orArchived(taskId, answer));
  }

  /** Lists tasks of all partitions and of the archive, newest first. */
  public CompletionStage<Answer<Page<TaskView>>> list(TaskQuery query) {
    return listing.list(query);
  }

  /** Withdraws a task. */
  public CompletionStage<Answer<TaskProtocol.CancelReply>> cancel(String taskId) {
    TaskProtocol.NoSuchTask unknown = new TaskProtocol.NoSuchTask(taskId);
    return this.<TaskProtocol.CancelReply>about(taskId, new TaskProtocol.Cancel(taskId), unknown)
        .thenCompose(
            answer ->
                history.orArchived(
                    taskId,
                    answer,
                    unknown,
                    found ->
                        found.state == TaskState.CANCELED
                            ? new TaskProtocol.CancelAccepted(found.view(true))
                            : new TaskProtocol.AlreadyEnded(found.view(true))));
  }

  /** Ends a lease with a result, one JSON value as UTF-8. */
  public CompletionStage<Answer<TaskProtocol.LeaseReply>> complete(
      String taskId, String leaseToken, byte[] output) {
    return lease(taskId, new TaskProtocol.Complete(taskId, leaseToken, output, true));
  }

  /**
   * Ends a lease without a result.
   *
   * @param retryAfterMillis the agent's own delay before the next attempt; null for the backoff
   */
  public CompletionStage<Answer<TaskProtocol.LeaseReply>> fail(
      String taskId,
      String leaseToken,
      String code,
      String message,
      boolean retryable,
      @Nullable Long retryAfterMillis) {
    return lease(
        taskId,
        new TaskProtocol.Fail(taskId, leaseToken, code, message, retryable, retryAfterMillis));
  }

  /** Gives a lease back untried. */
  public CompletionStage<Answer<TaskProtocol.LeaseReply>> release(
      String taskId, String leaseToken) {
    return lease(taskId, new TaskProtocol.Release(taskId, leaseToken));
  }

  /** Prolongs a lease from now on; zero for as long as the task itself asks. */
  public CompletionStage<Answer<TaskProtocol.LeaseReply>> extend(
      String taskId, String leaseToken, Duration lease, byte @Nullable [] progress) {
    return lease(taskId, new TaskProtocol.Extend(taskId, leaseToken, lease.toMillis(), progress));
  }

  /** Ends a lease with a question to the submitter, one JSON value as UTF-8. */
  public CompletionStage<Answer<TaskProtocol.LeaseReply>> requireInput(
      String taskId, String leaseToken, byte[] prompt) {
    return lease(taskId, new TaskProtocol.RequireInput(taskId, leaseToken, prompt, true));
  }

  /**
   * Answers the question of a task's agent, one JSON value as UTF-8.
   *
   * @param ifGeneration only if the task is of this generation; null for any
   */
  public CompletionStage<Answer<TaskProtocol.ResumeReply>> resume(
      String taskId, byte[] input, @Nullable Long ifGeneration) {
    TaskProtocol.NoSuchTask unknown = new TaskProtocol.NoSuchTask(taskId);
    TaskProtocol.Resume resume = new TaskProtocol.Resume(taskId, input, ifGeneration);
    return this.<TaskProtocol.ResumeReply>about(taskId, resume, unknown)
        .thenCompose(
            answer ->
                history.orArchived(
                    taskId,
                    answer,
                    unknown,
                    found -> new TaskProtocol.NotWaitingForInput(taskId, found.state)));
  }

  private CompletionStage<Answer<TaskProtocol.LeaseReply>> lease(
      String taskId, TaskProtocol.Command<TaskProtocol.LeaseReply> command) {
    return about(taskId, command, new TaskProtocol.NoSuchTask(taskId))
        .thenCompose(
            answer ->
                history.orArchived(
                    taskId,
                    answer,
                    new TaskProtocol.LeaseLost(taskId, "there is no such task"),
                    found -> LeaseLogic.ended(found, command)));
  }

  /** The same for those who may be at work before the ledger. */
  <R> CompletionStage<Answer<R>> onceStarted(
      String taskId, PartitionCommand<R> command, R ifForeign) {
    return started.thenCompose(all -> about(taskId, command, ifForeign));
  }

  private <R> CompletionStage<Answer<R>> about(
      String taskId, PartitionCommand<R> command, R ifForeign) {
    int partition = ids.partitionOf(taskId);
    return partition < 0 ? done(ifForeign) : ledger.ask(partition, command);
  }

  private static <R> CompletionStage<Answer<R>> done(R reply) {
    return CompletableFuture.completedFuture(new Answer.Replied<>(reply));
  }

  /** What the ledger tells after a commit. */
  private final class FromLedger implements TaskLedger.Listeners {
    @Override
    public void offer(Route route, CoordinatorProtocol.Offer offer) {
      toCoordinators.offer(route, offer);
    }

    @Override
    public void settled(Route route, CoordinatorProtocol.Settled settled) {
      toCoordinators.settled(route, settled);
    }

    @Override
    public void ended(String agentId, List<EndedLease> leases) {
      mailboxes.ended(agentId, leases);
    }

    @Override
    public void extended(String agentId, List<ExtendedLease> leases) {
      mailboxes.extended(agentId, leases);
    }
  }
}

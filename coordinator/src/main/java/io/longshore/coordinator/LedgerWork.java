package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskFailure;
import io.longshore.agents.TaskRef;
import io.longshore.agents.WorkSource;
import io.longshore.persistence.Answer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The ledger as mailboxes and the workers of this node see it. */
final class LedgerWork implements WorkSource {
  private final Tasks tasks;
  private final ToCoordinators coordinators;

  LedgerWork(Tasks tasks, ToCoordinators coordinators) {
    this.tasks = tasks;
    this.coordinators = coordinators;
  }

  @Override
  public CompletionStage<Answer<StartReply>> start(TaskRef ref, String agentId, long leaseMillis) {
    TaskProtocol.Start start =
        new TaskProtocol.Start(ref.taskId(), agentId, leaseMillis, ref.decisions(), ref.bytes());
    TaskProtocol.StartReply ifForeign = new TaskProtocol.NotStartable(ref.taskId(), "no such task");
    return tasks
        .onceStarted(ref.taskId(), start, ifForeign)
        .thenApply(answer -> answer.map(LedgerWork::toMailbox));
  }

  private static StartReply toMailbox(TaskProtocol.StartReply reply) {
    if (reply instanceof TaskProtocol.Started started) {
      return new StartReply.Started(started.lease());
    }
    TaskProtocol.NotStartable not = (TaskProtocol.NotStartable) reply;
    return new StartReply.NotStartable(not.taskId(), not.reason());
  }

  @Override
  public CompletionStage<Answer<Boolean>> complete(
      String taskId, String leaseToken, byte[] output) {
    return tasks.complete(taskId, leaseToken, output).thenApply(LedgerWork::done);
  }

  @Override
  public CompletionStage<Answer<Boolean>> fail(
      String taskId, String leaseToken, TaskFailure failure) {
    return tasks
        .fail(
            taskId,
            leaseToken,
            failure.code(),
            failure.message(),
            failure.retryable(),
            failure.retryAfterMillis())
        .thenApply(LedgerWork::done);
  }

  @Override
  public CompletionStage<Answer<Boolean>> requireInput(
      String taskId, String leaseToken, byte[] prompt) {
    return tasks.requireInput(taskId, leaseToken, prompt).thenApply(LedgerWork::done);
  }

  @Override
  public CompletionStage<Answer<Boolean>> release(String taskId, String leaseToken) {
    return tasks.release(taskId, leaseToken).thenApply(LedgerWork::done);
  }

  @Override
  public CompletionStage<Answer<ExtendReply>> extend(
      String taskId, String leaseToken, byte @Nullable [] progress) {
    return tasks
        .extend(taskId, leaseToken, Duration.ZERO, progress)
        .thenApply(answer -> answer.map(LedgerWork::toWorker));
  }

  @Override
  public CompletionStage<Answer<Boolean>> isHeld(String taskId, String agentId) {
    return tasks.inMemory(taskId).thenApply(answer -> answer.map(reply -> isHeld(reply, agentId)));
  }

  /** A task that has left for the archive is held by nobody. */
  static boolean isHeld(TaskProtocol.GetReply reply, String agentId) {
    return reply instanceof TaskProtocol.Found found
        && found.task().state() == TaskState.WORKING
        && agentId.equals(found.task().agentId());
  }

  /** Whether the lease was ended; one that could not be for want of room is as it was. */
  static Answer<Boolean> done(Answer<TaskProtocol.LeaseReply> answer) {
    return answer instanceof Answer.Replied<TaskProtocol.LeaseReply> replied
            && replied.reply() instanceof TaskProtocol.LedgerFull full
        ? new Answer.Overloaded<>(Duration.ofMillis(full.retryAfterMillis()))
        : answer.map(TaskProtocol.LeaseDone.class::isInstance);
  }

  private static ExtendReply toWorker(TaskProtocol.LeaseReply reply) {
    if (reply instanceof TaskProtocol.LeaseDone done) {
      return new ExtendReply.Prolonged(done.expiresAt());
    }
    return reply instanceof TaskProtocol.LeaseCanceled
        ? new ExtendReply.Canceled()
        : new ExtendReply.Lost();
  }

  @Override
  public void report(Route route, MailboxReport report, Urgency urgency) {
    coordinators.report(route, report, urgency);
  }
}

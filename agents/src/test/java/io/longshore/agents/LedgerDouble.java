package io.longshore.agents;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.longshore.agents.Reports.Addressed;
import io.longshore.agents.WorkSource.ExtendReply.Prolonged;
import io.longshore.agents.WorkSource.StartReply.Started;
import io.longshore.persistence.Answer;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The floor above as a mailbox sees it: starts everything at once, unless told otherwise. */
final class LedgerDouble implements WorkSource {
  private final Consumer<Object> heard;
  volatile Function<TaskRef, CompletionStage<Answer<StartReply>>> starts;
  volatile Answer<Boolean> ends = new Answer.Replied<>(true);
  volatile Answer<Boolean> held = new Answer.Replied<>(true);
  volatile Answer<ExtendReply> extended = new Answer.Replied<>(new Prolonged(Long.MAX_VALUE));

  /** Ids of tasks whose leases were extended, with what was said of their progress. */
  final List<String> extensions = new CopyOnWriteArrayList<>();

  /** A lease ended by a handler: its output, its question, or its error as code and message. */
  record End(String taskId, String leaseToken, String outcome) {}

  /** All reports and ends go to {@code heard}. */
  LedgerDouble(Clock clock, Consumer<Object> heard) {
    this.heard = heard;
    this.starts =
        ref -> {
          Lease lease = Given.lease(ref, ref.taskId() + "-", clock.millis() + Given.LEASE);
          return CompletableFuture.completedFuture(new Answer.Replied<>(new Started(lease)));
        };
  }

  @Override
  public CompletionStage<Answer<StartReply>> start(TaskRef ref, String agentId, long leaseMillis) {
    return starts.apply(ref);
  }

  @Override
  public CompletionStage<Answer<Boolean>> complete(
      String taskId, String leaseToken, byte[] output) {
    heard.accept(new End(taskId, leaseToken, new String(output, UTF_8)));
    return CompletableFuture.completedFuture(ends);
  }

  @Override
  public CompletionStage<Answer<Boolean>> fail(
      String taskId, String leaseToken, TaskFailure failure) {
    String said = failure.code() + ": " + failure.message() + (failure.retryable() ? "" : "!");
    heard.accept(new End(taskId, leaseToken, said));
    return CompletableFuture.completedFuture(ends);
  }

  @Override
  public CompletionStage<Answer<Boolean>> release(String taskId, String leaseToken) {
    heard.accept(new End(taskId, leaseToken, "released"));
    return CompletableFuture.completedFuture(ends);
  }

  @Override
  public CompletionStage<Answer<Boolean>> isHeld(String taskId, String agentId) {
    return CompletableFuture.completedFuture(held);
  }

  @Override
  public CompletionStage<Answer<ExtendReply>> extend(
      String taskId, String leaseToken, byte @Nullable [] progress) {
    extensions.add(taskId + (progress == null ? "" : " " + new String(progress, UTF_8)));
    return CompletableFuture.completedFuture(extended);
  }

  @Override
  public CompletionStage<Answer<Boolean>> requireInput(
      String taskId, String leaseToken, byte[] prompt) {
    heard.accept(new End(taskId, leaseToken, "asks " + new String(prompt, UTF_8)));
    return CompletableFuture.completedFuture(ends);
  }

  @Override
  public void report(Route route, MailboxReport report, Urgency urgency) {
    heard.accept(new Addressed(route, report, urgency));
  }
}

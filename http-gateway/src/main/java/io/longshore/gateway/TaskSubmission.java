package io.longshore.gateway;

import io.longshore.coordinator.NewTask;
import io.longshore.coordinator.TaskProtocol.Accepted;
import io.longshore.coordinator.TaskProtocol.Found;
import io.longshore.coordinator.TaskProtocol.GetReply;
import io.longshore.coordinator.TaskProtocol.KeyReused;
import io.longshore.coordinator.TaskProtocol.LedgerFull;
import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.coordinator.TaskView;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The call that submits one task. */
final class TaskSubmission {
  private final GatewaySettings settings;
  private final Clock clock;
  private final Tasks tasks;
  private final Placeable placeable;

  TaskSubmission(GatewaySettings settings, Clock clock, Tasks tasks, Placeable placeable) {
    this.settings = settings;
    this.clock = clock;
    this.tasks = tasks;
    this.placeable = placeable;
  }

  CompletionStage<HttpResponse> handle(Call call) {
    Violations violations = new Violations();
    call.noParameters(violations);
    String key = Headers.idempotencyKey(call, violations);
    TaskTerms terms = terms(call);
    TaskBody body = Document.read(call.body(), violations, in -> TaskBody.read(in, terms));
    violations.check();
    Duration wait = Headers.preferredWait(call, settings.maxWait());
    if (wait.isZero()) {
      return tasks.submit(body.task(key)).thenApply(this::response);
    }
    call.waits(wait);
    return call.asks(() -> submitAndWait(body.task(key), wait), call.permit()::close)
        .thenApply(
            response -> Responses.with(response, "Preference-Applied", "wait=" + wait.toSeconds()));
  }

  /** What holds for all tasks of a request. */
  TaskTerms terms(Call call) {
    return new TaskTerms(
        settings.tasks(), settings.limits().body(), clock.millis(), Headers.traceparent(call));
  }

  private CompletionStage<HttpResponse> submitAndWait(NewTask task, Duration wait) {
    return tasks
        .submit(task)
        .thenCompose(
            answer -> {
              if (!(answer instanceof Replied<SubmitReply> replied)
                  || !(replied.reply() instanceof Accepted accepted)) {
                return CompletableFuture.completedStage(response(answer));
              }
              TaskView submitted = accepted.task();
              return submitted.state().terminal()
                  ? CompletableFuture.completedStage(response(submitted))
                  : tasks
                      .await(submitted.taskId(), -1, wait)
                      .thenApply(later -> response(latest(submitted, later)));
            });
  }

  /** The task as it is after the wait, or as it was submitted if that did not become known. */
  private static TaskView latest(TaskView submitted, Answer<GetReply> later) {
    return later instanceof Replied<GetReply> replied && replied.reply() instanceof Found found
        ? found.task()
        : submitted;
  }

  private HttpResponse response(Answer<SubmitReply> answer) {
    return Problems.answer(
        answer,
        reply ->
            reply instanceof Accepted accepted
                ? response(accepted.task(), 202)
                : Responses.problem(refusal(reply)));
  }

  private HttpResponse response(TaskView task) {
    return response(task, task.state().terminal() ? 200 : 202);
  }

  /** The response with a task that was submitted. */
  HttpResponse response(TaskView task, int status) {
    HttpResponse response = Responses.json(status, out -> placeable.write(out, task));
    return Responses.tagged(
        Responses.with(response, "Location", "/v1/tasks/" + task.taskId()), task.generation());
  }

  /**
   * Why a submission was refused.
   *
   * @throws IllegalArgumentException if it was accepted
   */
  static Problem refusal(SubmitReply reply) {
    if (reply instanceof KeyReused reused) {
      return Problem.of(
          ProblemType.IDEMPOTENCY_KEY_REUSED,
          ("The Idempotency-Key belongs to task %s, which is another one or is kept no more. Use a new"
                  + " key for a new task.")
              .formatted(reused.taskId()));
    }
    if (reply instanceof LedgerFull full) {
      return Problem.of(
              ProblemType.LEDGER_FULL,
              "A part of the ledger is at its limit of %s. Nothing was accepted."
                  .formatted(full.limit()))
          .withRetryAfter(Duration.ofMillis(full.retryAfterMillis()));
    }
    throw new IllegalArgumentException("It was accepted");
  }
}

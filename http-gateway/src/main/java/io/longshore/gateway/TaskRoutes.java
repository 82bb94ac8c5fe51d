package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.reject;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.longshore.coordinator.TaskProtocol.AlreadyEnded;
import io.longshore.coordinator.TaskProtocol.CancelAccepted;
import io.longshore.coordinator.TaskProtocol.CancelReply;
import io.longshore.coordinator.TaskProtocol.Found;
import io.longshore.coordinator.TaskProtocol.GetReply;
import io.longshore.coordinator.TaskView;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Answer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** The calls about tasks, as a submitter makes them. */
final class TaskRoutes {
  private final Intake intake;
  private final GatewaySettings settings;
  private final Tasks tasks;
  private final Placeable placeable;
  private final TaskSubmission submission;
  private final TaskBatch batch;
  private final TaskList list;
  private final TaskResume resume;
  private final TaskEvents events;

  TaskRoutes(
      Intake intake,
      GatewaySettings settings,
      Tasks tasks,
      Placeable placeable,
      TaskSubmission submission,
      TaskEvents events) {
    this.intake = intake;
    this.settings = settings;
    this.tasks = tasks;
    this.placeable = placeable;
    this.submission = submission;
    this.batch = new TaskBatch(settings, submission, tasks);
    this.list = new TaskList(settings, tasks);
    this.resume = new TaskResume(settings, tasks);
    this.events = events;
  }

  /** Adds those that come often. */
  void addTo(FrequentCalls calls) {
    calls.add("tasks", intake.document(LoadShedder.Purpose.NEW_WORK, submission::handle));
  }

  /** All others. */
  Route routes() {
    return concat(
        pathPrefix(
            "tasks",
            () ->
                concat(
                    pathEnd(() -> get(() -> intake.call(list::handle))),
                    path(segment(), segment -> task(Target.of(segment))),
                    path(
                        segment().slash("events"),
                        id -> get(() -> intake.call(call -> events.handle(call, id)))),
                    path(
                        segment().slash("decisions"),
                        id -> get(() -> intake.call(call -> decisions(call, id)))))),
        path("tasks:batch", () -> post(() -> intake.lines(batch::handle))));
  }

  private Route task(Target target) {
    String id = target.id();
    return switch (target.verb()) {
      case "" -> get(() -> intake.call(call -> show(call, id)));
      case "cancel" -> post(() -> intake.json(call -> cancel(call, id)));
      case "resume" -> post(() -> intake.json(call -> resume.handle(call, id)));
      default -> reject();
    };
  }

  private CompletionStage<HttpResponse> show(Call call, String id) {
    Violations violations = new Violations();
    Query query = call.query(violations);
    long waitSeconds = query.whole("waitSeconds", 0, settings.maxWait().toSeconds(), 0);
    long afterGeneration = query.whole("afterGeneration", 0, Long.MAX_VALUE, -1);
    query.end();
    ETags known = ETags.parse("If-None-Match", call.header("If-None-Match"), true, violations);
    violations.check();
    Target.checked(id);
    Long knownGeneration = known == null ? null : known.single();
    long beyond =
        afterGeneration < 0 && knownGeneration != null ? knownGeneration : afterGeneration;
    return read(call, id, beyond, Duration.ofSeconds(waitSeconds))
        .thenApply(answer -> found(id, answer, task -> shown(task, known)));
  }

  /** Reads a task; a wait without a generation is for its end or its need of input. */
  private CompletionStage<Answer<GetReply>> read(
      Call call, String id, long afterGeneration, Duration wait) {
    if (wait.isZero()) {
      return tasks.get(id);
    }
    call.waits(wait);
    return call.asks(() -> tasks.await(id, afterGeneration, wait), call.permit()::close);
  }

  private HttpResponse shown(TaskView task, @Nullable ETags known) {
    return known != null && known.match(task.generation())
        ? Responses.tagged(Responses.empty(304), task.generation())
        : Responses.tagged(
            Responses.json(200, out -> placeable.write(out, task)), task.generation());
  }

  private CompletionStage<HttpResponse> decisions(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    violations.check();
    Target.checked(id);
    return tasks
        .get(id)
        .thenApply(
            answer ->
                found(
                    id,
                    answer,
                    task -> Responses.json(200, out -> TaskJson.decisions(out, task.decisions()))));
  }

  /** The response about a task that was found. */
  static HttpResponse found(
      String id, Answer<GetReply> answer, Function<TaskView, HttpResponse> then) {
    return Problems.answer(
        answer, reply -> reply instanceof Found found ? then.apply(found.task()) : noSuch(id));
  }

  private CompletionStage<HttpResponse> cancel(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    call.noFields(violations);
    violations.check();
    Target.checked(id);
    return tasks
        .cancel(id)
        .thenApply(answer -> Problems.answer(answer, reply -> canceled(id, reply)));
  }

  private static HttpResponse canceled(String id, CancelReply reply) {
    if (reply instanceof CancelAccepted accepted) {
      return response(accepted.task());
    }
    if (reply instanceof AlreadyEnded ended) {
      return Responses.problem(
          Problem.of(
              ProblemType.TASK_ENDED, "The task is " + ended.task().state().wireName() + "."));
    }
    return noSuch(id);
  }

  /** A task, with its generation as entity tag. */
  static HttpResponse response(TaskView task) {
    return Responses.tagged(
        Responses.json(200, out -> TaskJson.write(out, task)), task.generation());
  }

  /** There is none of this id. */
  static HttpResponse noSuch(String id) {
    return Responses.problem(
        Problem.of(
            ProblemType.NO_SUCH_TASK,
            "There is no task %s, or it ended so long ago that it was forgotten.".formatted(id)));
  }
}

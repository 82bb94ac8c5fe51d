package io.longshore.gateway;

import io.longshore.coordinator.TaskProtocol.Found;
import io.longshore.coordinator.TaskProtocol.GetReply;
import io.longshore.coordinator.TaskView;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Indeterminate;
import io.longshore.persistence.Answer.Overloaded;
import io.longshore.persistence.Answer.Replied;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The call that streams a task's changes as server-sent events, up to its end. The next change is
 * asked for when the one before was taken, so a slow reader misses some but never the latest: the
 * generation, which is the event's id, tells how many.
 */
final class TaskEvents {
  private static final long ENDED = -1;

  private final ActorSystem<?> system;
  private final Duration keepAlive;
  private final Clock clock;
  private final Tasks tasks;
  private final EventStreams streams;

  TaskEvents(
      ActorSystem<?> system,
      GatewaySettings settings,
      Clock clock,
      Tasks tasks,
      EventStreams streams) {
    this.system = system;
    this.keepAlive = settings.streamKeepAlive();
    this.clock = clock;
    this.tasks = tasks;
    this.streams = streams;
  }

  CompletionStage<HttpResponse> handle(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    long seen = Headers.lastEventId(call, violations);
    violations.check();
    Target.checked(id);
    return tasks
        .get(id)
        .thenApply(answer -> TaskRoutes.found(id, answer, task -> response(call, task, seen)));
  }

  /** To one who has seen the end there is nothing to tell: 204 keeps browsers from coming back. */
  private HttpResponse response(Call call, TaskView task, long seen) {
    if (task.state().terminal() && task.generation() <= seen) {
      return Responses.empty(204);
    }
    return streams.response(call, () -> changes(task, seen).map(TaskEvents::event));
  }

  private Source<TaskView, NotUsed> changes(TaskView task, long seen) {
    Source<TaskView, NotUsed> present =
        task.generation() > seen ? Source.single(task) : Source.empty();
    if (task.state().terminal()) {
      return present;
    }
    long from = Math.max(seen, task.generation());
    Source<TaskView, NotUsed> later =
        Source.unfoldAsync(from, generation -> next(task.taskId(), generation))
            .mapConcat(changed -> changed);
    return present.concatLazy(later);
  }

  /** The task once it is beyond a generation; nothing for now if it is not; or the stream's end. */
  private CompletionStage<Optional<Pair<Long, List<TaskView>>>> next(String id, long generation) {
    if (generation == ENDED) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    long asked = clock.millis();
    return tasks
        .await(id, generation, keepAlive)
        .thenCompose(
            answer -> {
              Optional<Pair<Long, List<TaskView>>> step = step(answer, generation);
              boolean news = step.isEmpty() || !step.get().second().isEmpty();
              Duration pause = pause(answer, clock.millis() - asked);
              return news || pause.isZero()
                  ? CompletableFuture.completedStage(step)
                  : Patterns.after(pause, system, () -> CompletableFuture.completedStage(step));
            });
  }

  private static Optional<Pair<Long, List<TaskView>>> step(
      Answer<GetReply> answer, long generation) {
    if (!(answer instanceof Replied<GetReply> replied)) {
      return Optional.of(Pair.create(generation, List.of()));
    }
    if (!(replied.reply() instanceof Found found)) {
      return Optional.empty();
    }
    TaskView task = found.task();
    boolean ended = task.state().terminal();
    if (task.generation() > generation) {
      return Optional.of(Pair.create(ended ? ENDED : task.generation(), List.of(task)));
    }
    return ended ? Optional.empty() : Optional.of(Pair.create(generation, List.of()));
  }

  /** A partition that has no room for one more to wait answers at once: then not in a circle. */
  private Duration pause(Answer<GetReply> answer, long waitedMillis) {
    if (answer instanceof Overloaded<GetReply> overloaded) {
      return overloaded.retryAfter();
    }
    if (answer instanceof Indeterminate<GetReply> unknown) {
      return unknown.retryAfter();
    }
    return waitedMillis < keepAlive.toMillis() / 2 ? keepAlive : Duration.ZERO;
  }

  private static ByteString event(TaskView task) {
    return EventStreams.event(
        Long.toString(task.generation()),
        task.state().wireName(),
        Json.bytes(out -> TaskJson.write(out, task)));
  }
}

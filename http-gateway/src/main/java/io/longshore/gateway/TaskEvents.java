package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The call that streams a task's changes as server-sent events, up to its end. The next change is
 * asked for when the one before was taken, so a slow reader misses some but never the latest: the
 * generation, which is the event's id, tells how many.
 */
final class TaskEvents {
  private static final long ENDED = -1;
  private static final Duration LAST_BYTES = Duration.ofMillis(200);
  private static final ByteString KEEP_ALIVE = ByteString.fromString(": keep-alive\n\n");

  private final ActorSystem<?> system;
  private final Duration keepAlive;
  private final Clock clock;
  private final Tasks tasks;
  private final AtomicInteger open = new AtomicInteger();
  private final SharedKillSwitch leaving = KillSwitches.shared("task-events");

  TaskEvents(ActorSystem<?> system, GatewaySettings settings, Clock clock, Tasks tasks) {
    this.system = system;
    this.keepAlive = settings.streamKeepAlive();
    this.clock = clock;
    this.tasks = tasks;
  }

  /**
   * Ends all streams: their clients go on at another node with {@code Last-Event-ID}.
   *
   * @return done when their last bytes should have left; who cuts connections then cuts none short
   */
  CompletionStage<Done> stop() {
    leaving.shutdown();
    return open.get() == 0
        ? CompletableFuture.completedStage(Done.getInstance())
        : Patterns.after(
            LAST_BYTES, system, () -> CompletableFuture.completedStage(Done.getInstance()));
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
    call.permit().waits();
    Source<ByteString, ?> events =
        Source.lazySource(() -> admitted(call.permit(), changes(task, seen)));
    return Responses.with(
        HttpResponse.create()
            .withEntity(
                HttpEntities.createChunked(MediaTypes.TEXT_EVENT_STREAM.toContentType(), events)),
        "Cache-Control",
        "no-store");
  }

  /** Takes a place of its own when it begins, as nobody may ever read it, until it ends. */
  private Source<ByteString, NotUsed> admitted(
      Admission.Permit call, Source<TaskView, NotUsed> changes) {
    Admission.Permit place;
    try {
      place = call.forStream();
    } catch (ProblemException full) {
      return Source.empty();
    }
    return changes
        .map(TaskEvents::event)
        .keepAlive(keepAlive, () -> KEEP_ALIVE)
        .via(leaving.flow())
        .watchTermination(
            (nothing, end) -> {
              open.incrementAndGet();
              end.whenComplete(
                  (done, failure) -> {
                    open.decrementAndGet();
                    place.close();
                  });
              return nothing;
            });
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

  /** One event; JSON may have line ends between its tokens, and each begins a line of data. */
  private static ByteString event(TaskView task) {
    String json = new String(Json.bytes(out -> TaskJson.write(out, task)), UTF_8);
    return ByteString.fromString(
        "id: %d\nevent: %s\ndata: %s\n\n"
            .formatted(
                task.generation(),
                task.state().wireName(),
                json.replaceAll("\\r\\n|\\r|\\n", "\ndata: ")));
  }
}

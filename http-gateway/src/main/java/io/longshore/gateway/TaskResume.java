package io.longshore.gateway;

import io.longshore.coordinator.TaskProtocol.GenerationChanged;
import io.longshore.coordinator.TaskProtocol.InputTooLarge;
import io.longshore.coordinator.TaskProtocol.LedgerFull;
import io.longshore.coordinator.TaskProtocol.NotWaitingForInput;
import io.longshore.coordinator.TaskProtocol.ResumeReply;
import io.longshore.coordinator.TaskProtocol.Resumed;
import io.longshore.coordinator.Tasks;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** The call that answers what a task's agent has asked. */
final class TaskResume {
  private final GatewaySettings settings;
  private final Tasks tasks;

  TaskResume(GatewaySettings settings, Tasks tasks) {
    this.settings = settings;
    this.tasks = tasks;
  }

  CompletionStage<HttpResponse> handle(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    Long ifGeneration = ifGeneration(call, violations);
    byte[] input = input(call, violations);
    violations.check();
    Target.checked(id);
    return tasks
        .resume(id, input, ifGeneration)
        .thenApply(answer -> Problems.answer(answer, reply -> response(id, reply)));
  }

  /** The one generation that {@code If-Match} means; 0, which no task has, if that is none. */
  private static @Nullable Long ifGeneration(Call call, Violations violations) {
    ETags tags = ETags.parse("If-Match", call.header("If-Match"), false, violations);
    if (tags == null || tags.any()) {
      return null;
    }
    if (tags.numbers().size() > 1) {
      violations.header("If-Match", "must be * or one entity tag here");
    }
    Long single = tags.single();
    return single == null ? Long.valueOf(0) : single;
  }

  private byte[] input(Call call, Violations violations) {
    int maxBytes = settings.limits().body();
    Body body = new Body();
    return Document.read(
        call.body(),
        violations,
        in -> {
          boolean read =
              in.object(
                  name -> {
                    if (name.equals("input")) {
                      body.input = in.raw(maxBytes);
                    } else {
                      in.unknown();
                    }
                  });
          if (read && body.input == null) {
            in.violation("must have an input: the answer to the task's prompt");
          }
          return body.input == null ? Json.nothing() : body.input;
        });
  }

  private static final class Body {
    byte @Nullable [] input;
  }

  private static HttpResponse response(String id, ResumeReply reply) {
    if (reply instanceof Resumed resumed) {
      return TaskRoutes.response(resumed.task());
    }
    if (reply instanceof NotWaitingForInput not) {
      return Responses.problem(
          Problem.of(
              ProblemType.NOT_WAITING_FOR_INPUT, "The task is " + not.state().wireName() + "."));
    }
    if (reply instanceof GenerationChanged changed) {
      return Responses.tagged(
          Responses.problem(
              Problem.of(
                  ProblemType.PRECONDITION_FAILED,
                  "The task's generation is %d now. Read what it asks before you answer."
                      .formatted(changed.generation()))),
          changed.generation());
    }
    if (reply instanceof InputTooLarge large) {
      return Responses.problem(
          Problem.of(
              ProblemType.CONTENT_TOO_LARGE,
              "The task's exchanges have room for %d more bytes of input."
                  .formatted(large.maxBytes())));
    }
    if (reply instanceof LedgerFull full) {
      return Responses.problem(TaskSubmission.refusal(full));
    }
    return TaskRoutes.noSuch(id);
  }
}

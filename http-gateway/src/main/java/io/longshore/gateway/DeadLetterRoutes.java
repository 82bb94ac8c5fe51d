package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.reject;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.longshore.coordinator.DeadLetter;
import io.longshore.coordinator.DeadLetters;
import io.longshore.coordinator.Page;
import io.longshore.coordinator.TaskProtocol.Accepted;
import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.registry.WantedCapability;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;

/** The calls about tasks that were given up and wait for a person. */
final class DeadLetterRoutes {
  private final Intake intake;
  private final GatewaySettings settings;
  private final DeadLetters deadLetters;
  private final TaskSubmission submission;

  DeadLetterRoutes(
      Intake intake, GatewaySettings settings, DeadLetters deadLetters, TaskSubmission submission) {
    this.intake = intake;
    this.settings = settings;
    this.deadLetters = deadLetters;
    this.submission = submission;
  }

  Route routes() {
    return pathPrefix(
        "dead-letters",
        () ->
            concat(
                pathEnd(() -> get(() -> intake.call(this::list))),
                path(segment(), segment -> letter(Target.of(segment)))));
  }

  private Route letter(Target target) {
    String id = target.id();
    return switch (target.verb()) {
      case "" -> delete(() -> intake.call(call -> discard(call, id)));
      case "redrive" -> post(() -> intake.json(call -> redrive(call, id)));
      default -> reject();
    };
  }

  private CompletionStage<HttpResponse> list(Call call) {
    Violations violations = new Violations();
    Query query = call.query(violations);
    WantedCapability capability = query.wanted("capability");
    String agent = query.id("agent");
    int pageSize = query.pageSize(settings);
    String before = query.pageToken();
    query.end();
    violations.check();
    return deadLetters
        .list(
            capability == null ? null : io.longshore.agents.Route.capability(capability.toString()),
            agent,
            before,
            pageSize)
        .thenApply(answer -> Problems.answer(answer, DeadLetterRoutes::response));
  }

  private static HttpResponse response(Page<DeadLetter> page) {
    return Responses.json(
        200,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("deadLetters");
          for (DeadLetter letter : page.items()) {
            TaskJson.write(out, letter);
          }
          out.writeEndArray();
          String next = page.next();
          Json.text(out, "nextPageToken", next == null ? null : Query.tokenAfter(next));
          out.writeEndObject();
        });
  }

  private CompletionStage<HttpResponse> redrive(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    call.noFields(violations);
    violations.check();
    Target.checked(id);
    return deadLetters
        .redrive(id)
        .thenApply(answer -> Problems.answer(answer, reply -> redriven(id, reply)));
  }

  private HttpResponse redriven(String id, Optional<SubmitReply> reply) {
    if (reply.isEmpty()) {
      return noSuch(id);
    }
    return reply.get() instanceof Accepted accepted
        ? submission.response(accepted.task(), 202)
        : Responses.problem(TaskSubmission.refusal(reply.get()));
  }

  private CompletionStage<HttpResponse> discard(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    violations.check();
    Target.checked(id);
    return deadLetters
        .discard(id)
        .thenApply(
            answer ->
                Problems.answer(
                    answer, discarded -> discarded ? Responses.empty(204) : noSuch(id)));
  }

  private static HttpResponse noSuch(String id) {
    return Responses.problem(
        Problem.of(
            ProblemType.NO_SUCH_DEAD_LETTER,
            "No dead letter %s waits: it was redriven or discarded, or there was none."
                .formatted(id)));
  }
}

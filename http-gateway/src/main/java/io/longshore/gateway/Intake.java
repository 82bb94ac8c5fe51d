package io.longshore.gateway;

import io.longshore.gateway.LoadShedder.Purpose;
import io.longshore.persistence.Doors;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Where every call comes in: it is let in if there is room, its {@linkplain Bodies body} is read,
 * and whatever goes wrong becomes a problem.
 */
final class Intake {
  private static final byte[] NO_BODY = {};
  private static final Set<Media> ONE_DOCUMENT = EnumSet.of(Media.JSON);
  private static final Set<Media> ANY_MEDIA = EnumSet.allOf(Media.class);

  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final ClientRates rates;
  private final Admission admission;
  private final LargeAnswers answers;
  private final Bodies bodies;

  Intake(ActorSystem<?> system, GatewaySettings settings, Clock clock) {
    Doors doors = Doors.of(system);
    this.system = system;
    this.settings = settings;
    this.rates = new ClientRates(settings.overload().rates(), clock, doors.door("clients"));
    this.admission = new Admission(settings, doors, clock, System::nanoTime);
    this.answers =
        new LargeAnswers(
            new StalledReaders(settings.streamReadTimeout(), doors.door(StalledReaders.DOOR)));
    this.bodies = new Bodies(system, settings, doors.door("arriving"));
  }

  /** Who is let in. */
  Admission admission() {
    return admission;
  }

  /** Reads the bodies of calls. */
  Bodies bodies() {
    return bodies;
  }

  /** A call that takes no body; one that comes is read and forgotten. */
  Route call(Call.Handler handler) {
    return Directives.handle(
        request -> {
          request.discardEntityBytes(system);
          ClientRates.Client client = rates.of(request);
          return answered(
              request,
              client,
              () -> {
                client.take();
                Admission.Permit permit = admission.enter(client, Purpose.OTHER, 0);
                return left(
                    request,
                    permit,
                    true,
                    CompletableFuture.completedStage(new Call(request, NO_BODY, permit))
                        .thenCompose(call -> handle(call, handler)));
              },
              Intake::problem);
        });
  }

  /** A call that takes one JSON document about a single thing. */
  Route json(Call.Handler handler) {
    return Directives.handle(document(Purpose.OTHER, handler)::apply);
  }

  /** The same, without a route. */
  Function<HttpRequest, CompletionStage<HttpResponse>> document(
      Purpose purpose, Call.Handler handler) {
    return body(purpose, settings.limits().body(), true, ONE_DOCUMENT, handler);
  }

  /** A call that takes one JSON document about many things, without a route. */
  Function<HttpRequest, CompletionStage<HttpResponse>> bulk(Call.Handler handler) {
    return body(Purpose.OTHER, settings.limits().batchBody(), false, ONE_DOCUMENT, handler);
  }

  /** A call that brings much work, in one JSON document or one a line. */
  Route lines(Call.Handler handler) {
    return Directives.handle(
        body(Purpose.NEW_WORK, settings.limits().batchBody(), false, ANY_MEDIA, handler)::apply);
  }

  /**
   * A call that brings work in one JSON document, or in many, one a line. Such calls on one
   * connection are handled in their order, each after the one before was handed over.
   *
   * @param lines reads the request's entity itself, to its end or until that fails
   */
  Function<HttpRequest, CompletionStage<HttpResponse>> inTurn(
      Call.InTurn document, Call.Handler lines) {
    return request -> {
      ClientRates.Client client = rates.of(request);
      return answered(
          request,
          client,
          () -> {
            Bodies.checkMedia(request, ANY_MEDIA);
            return Media.of(request) == Media.NDJSON
                ? lines(request, client, lines)
                : document(request, client, document);
          },
          problem -> refused(request, problem));
    };
  }

  private CompletionStage<HttpResponse> document(
      HttpRequest request, ClientRates.Client client, Call.InTurn handler) {
    return letIn(
        request,
        client,
        Purpose.NEW_WORK,
        settings.limits().body(),
        // Its latency says nothing of those that write to the database.
        false,
        entered ->
            Connections.inTurn(
                request,
                entered.body(),
                (read, handedOver) -> {
                  Bodies.checkEncoding(read);
                  return handler.handle(new Call(request, read, entered.permit()), handedOver);
                }));
  }

  /** The body is never there as a whole: what there is of it counts while it is there. */
  private CompletionStage<HttpResponse> lines(
      HttpRequest request, ClientRates.Client client, Call.Handler handler) {
    Bodies.checkLength(request, settings.limits().batchBody());
    client.take();
    Admission.Permit permit = admission.arrive(client, Purpose.NEW_WORK, 0);
    return left(
        request,
        permit,
        false,
        Connections.inTurn(
            request,
            CompletableFuture.completedStage(NO_BODY),
            (none, handedOver) ->
                CompletableFuture.completedStage(new Call(request, none, permit))
                    .thenCompose(handler::handle)
                    .exceptionallyCompose(
                        failure -> bodies.answerAfter(request, Problems.failure(failure)))));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> body(
      Purpose purpose, int limit, boolean single, Set<Media> accepted, Call.Handler handler) {
    return request -> {
      ClientRates.Client client = rates.of(request);
      return answered(
          request,
          client,
          () -> {
            Bodies.checkMedia(request, accepted);
            return letIn(
                request,
                client,
                purpose,
                limit,
                single,
                entered ->
                    entered
                        .body()
                        .thenCompose(
                            body -> handle(new Call(request, body, entered.permit()), handler)));
          },
          problem -> refused(request, problem));
    };
  }

  /** Answers a client, with a problem if it is not let in. */
  private static CompletionStage<HttpResponse> answered(
      HttpRequest request,
      ClientRates.Client client,
      Supplier<CompletionStage<HttpResponse>> call,
      Function<Problem, CompletionStage<HttpResponse>> refusal) {
    CompletionStage<HttpResponse> answer;
    try {
      Origins.check(request);
      answer = call.get();
    } catch (ProblemException refused) {
      answer = refusal.apply(refused.problem());
    } catch (RuntimeException unforeseen) {
      answer = CompletableFuture.completedStage(Problems.failure(unforeseen));
    }
    return client == ClientRates.UNCOUNTED ? answer : answer.thenApply(client::told);
  }

  /** Lets a request in, has it handled with its body, up to so long, and sees it out. */
  private CompletionStage<HttpResponse> letIn(
      HttpRequest request,
      ClientRates.Client client,
      Purpose purpose,
      int limit,
      boolean single,
      Function<Entered, CompletionStage<HttpResponse>> handler) {
    Bodies.checkLength(request, limit);
    client.take();
    Entered entered = entered(request, client, purpose, limit);
    return left(request, entered.permit(), single, handler.apply(entered));
  }

  /** A request that was let in, and its body once that is there. */
  private record Entered(Admission.Permit permit, CompletionStage<byte[]> body) {}

  private Entered entered(
      HttpRequest request, ClientRates.Client client, Purpose purpose, int limit) {
    // Mostly a small body comes with its head; to run a stream for it would cost ten times more.
    if (request.entity() instanceof HttpEntity.Strict strict) {
      byte[] body = strict.getData().toArrayUnsafe();
      return new Entered(
          admission.enter(client, purpose, body.length), CompletableFuture.completedStage(body));
    }
    long expected = request.entity().getContentLengthOption().orElse(0);
    Admission.Permit permit = admission.arrive(client, purpose, expected);
    return new Entered(permit, bodies.arriving(request, permit, limit));
  }

  /**
   * The response to a call that was let in; whatever becomes of it, it leaves.
   *
   * @param single whether it is about one thing, so that its latency says how busy the node is
   */
  private CompletionStage<HttpResponse> left(
      HttpRequest request,
      Admission.Permit permit,
      boolean single,
      CompletionStage<HttpResponse> answer) {
    return answer.handle(
        (response, failure) -> {
          try (permit) {
            HttpResponse told = failure == null ? response : Problems.failure(failure);
            if (single && told.status().intValue() < 429) {
              permit.done();
            }
            return answers.counted(request, told, permit);
          }
        });
  }

  private static CompletionStage<HttpResponse> handle(Call call, Call.Handler handler) {
    Bodies.checkEncoding(call.body());
    return handler.handle(call);
  }

  private CompletionStage<HttpResponse> refused(HttpRequest request, Problem problem) {
    return bodies.answerAfter(request, Responses.problem(problem));
  }

  private static CompletionStage<HttpResponse> problem(Problem problem) {
    return CompletableFuture.completedStage(Responses.problem(problem));
  }
}

package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.put;
import static org.apache.pekko.http.javadsl.server.Directives.reject;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.longshore.agents.Mailboxes;
import io.longshore.persistence.Answer.Replied;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.DeregisterReply;
import io.longshore.registry.RegistryProtocol.Deregistered;
import io.longshore.registry.RegistryProtocol.DrainReply;
import io.longshore.registry.RegistryProtocol.DrainingSet;
import io.longshore.registry.RegistryProtocol.FindReply;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.RegistryProtocol.RegisterReply;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistryProtocol.RegistryFull;
import io.longshore.registry.RegistryProtocol.RevisionMismatch;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** The calls about agents. */
final class AgentRoutes {
  /** Nothing leaves the registry by itself: somebody has to remove an agent, whenever that is. */
  private static final Duration RETRY_WHEN_FULL = Duration.ofMinutes(1);

  private final Intake intake;
  private final Registry registry;
  private final Mailboxes mailboxes;
  private final AgentList list;
  private final AddressGuard guard;

  AgentRoutes(Intake intake, GatewaySettings settings, Registry registry, Mailboxes mailboxes) {
    this.intake = intake;
    this.registry = registry;
    this.mailboxes = mailboxes;
    this.list = new AgentList(settings, registry, mailboxes);
    this.guard = new AddressGuard(mailboxes.webhooks().allowPrivate(), InetAddress::getAllByName);
  }

  Route routes() {
    return pathPrefix(
        "agents",
        () ->
            concat(
                pathEnd(() -> get(() -> intake.call(list::handle))),
                path(segment(), segment -> agent(Target.of(segment)))));
  }

  private Route agent(Target target) {
    String id = target.id();
    return switch (target.verb()) {
      case "" ->
          concat(
              get(() -> intake.call(call -> show(call, id))),
              put(() -> intake.json(call -> register(call, id))),
              delete(() -> intake.call(call -> deregister(call, id))));
      case "drain" -> post(() -> intake.json(call -> setDraining(call, id, true)));
      case "resume" -> post(() -> intake.json(call -> setDraining(call, id, false)));
      case "heartbeat" -> post(() -> intake.json(call -> heartbeat(call, id)));
      default -> reject();
    };
  }

  private CompletionStage<HttpResponse> show(Call call, String id) {
    checked(call, id);
    return registry
        .find(id)
        .thenCompose(answer -> Agents.ifFound(id, answer, agent -> shown(agent)));
  }

  private CompletionStage<HttpResponse> shown(AgentRecord agent) {
    return Agents.live(mailboxes, agent).thenApply(live -> Agents.response(200, agent, live));
  }

  private CompletionStage<HttpResponse> register(Call call, String id) {
    Violations violations = new Violations();
    ETags ifMatch = ifMatch(call, violations);
    ETags ifNoneMatch =
        ETags.parse("If-None-Match", call.header("If-None-Match"), true, violations);
    if (ifNoneMatch != null && !ifNoneMatch.any()) {
      violations.header("If-None-Match", "must be * here: only if there is no such agent");
    }
    if (ifNoneMatch != null && ifMatch != null) {
      violations.header("If-Match", "must not come together with If-None-Match");
    }
    call.noParameters(violations);
    AgentSpec spec = AgentBody.read(Target.checked(id), call.body(), guard, violations);
    return ifNoneMatch != null
        ? register(spec, 0L)
        : withRevision(id, ifMatch, revision -> register(spec, revision.orElse(null)));
  }

  private CompletionStage<HttpResponse> register(AgentSpec spec, @Nullable Long ifRevision) {
    return registry
        .register(spec, ifRevision)
        .thenApply(answer -> Problems.answer(answer, this::registered));
  }

  private HttpResponse registered(RegisterReply reply) {
    if (reply instanceof RevisionMismatch mismatch) {
      return mismatch(mismatch.actual());
    }
    if (reply instanceof RegistryFull full) {
      return Responses.problem(
          Problem.of(
                  ProblemType.REGISTRY_FULL,
                  ("A part of the registry is at its limit of %s, which max-agents or max-bytes of"
                          + " longshore.registry sets. Nothing has changed.")
                      .formatted(full.limit()))
              .withRetryAfter(RETRY_WHEN_FULL));
    }
    Registered registered = (Registered) reply;
    if (!registered.created()) {
      tell(registered.agent());
    }
    return Agents.response(registered.created() ? 201 : 200, registered.agent(), Optional.empty());
  }

  /** Has the mailbox know the record now, not when the directory brings it. */
  private void tell(AgentRecord agent) {
    Agents.live(mailboxes, agent);
  }

  private CompletionStage<HttpResponse> deregister(Call call, String id) {
    Violations violations = new Violations();
    ETags ifMatch = ifMatch(call, violations);
    call.noParameters(violations);
    violations.check();
    Target.checked(id);
    return withRevision(
        id,
        ifMatch,
        revision ->
            registry
                .deregister(id, revision.orElse(null))
                .thenApply(answer -> Problems.answer(answer, reply -> deregistered(id, reply))));
  }

  private HttpResponse deregistered(String id, DeregisterReply reply) {
    if (reply instanceof Deregistered) {
      mailboxes.removed(id);
      return Responses.empty(204);
    }
    return reply instanceof RevisionMismatch mismatch
        ? mismatch(mismatch.actual())
        : Agents.noSuch(id);
  }

  private CompletionStage<HttpResponse> setDraining(Call call, String id, boolean draining) {
    checked(call, id);
    return registry
        .setDraining(id, draining)
        .thenCompose(
            answer ->
                answer instanceof Replied<DrainReply> replied
                        && replied.reply() instanceof DrainingSet set
                    ? shown(set.agent())
                    : CompletableFuture.completedStage(
                        Problems.answer(answer, none -> Agents.noSuch(id))));
  }

  private CompletionStage<HttpResponse> heartbeat(Call call, String id) {
    checked(call, id);
    return registry.lookup(id).thenCompose(answer -> Agents.ifFound(id, answer, this::heartbeat));
  }

  private CompletionStage<HttpResponse> heartbeat(AgentRecord agent) {
    return mailboxes
        .heartbeat(agent)
        .thenApply(
            answer ->
                Problems.answer(
                    answer,
                    reply ->
                        Responses.json(
                            200,
                            out -> {
                              out.writeStartObject();
                              out.writeBooleanField("drain", reply.drain());
                              out.writeEndObject();
                            })));
  }

  /** Refuses parameters, fields and ids that cannot be, for calls that take none of the former. */
  private static void checked(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    call.noFields(violations);
    violations.check();
    Target.checked(id);
  }

  private static @Nullable ETags ifMatch(Call call, Violations violations) {
    return ETags.parse("If-Match", call.header("If-Match"), false, violations);
  }

  /** Goes on with the one revision that {@code If-Match} means; with none if it is not there. */
  private CompletionStage<HttpResponse> withRevision(
      String id,
      @Nullable ETags ifMatch,
      Function<Optional<Long>, CompletionStage<HttpResponse>> then) {
    Long single = ifMatch == null ? null : ifMatch.single();
    if (ifMatch == null || single != null) {
      return then.apply(Optional.ofNullable(single));
    }
    return registry
        .find(id)
        .thenCompose(
            answer -> {
              if (!(answer instanceof Replied<FindReply> replied)) {
                return CompletableFuture.completedStage(
                    Responses.problem(Problems.unanswered(answer)));
              }
              long actual = replied.reply() instanceof Found found ? found.agent().revision() : 0;
              return actual != 0 && ifMatch.match(actual)
                  ? then.apply(Optional.of(actual))
                  : CompletableFuture.completedStage(mismatch(actual));
            });
  }

  private static HttpResponse mismatch(long actual) {
    return Responses.problem(
        Problem.of(
            ProblemType.PRECONDITION_FAILED,
            actual == 0
                ? "There is no such agent."
                : "The agent's ETag is " + ETags.of(actual) + "; read it again."));
  }
}

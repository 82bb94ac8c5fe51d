package io.longshore.gateway;

import io.longshore.agents.Lease;
import io.longshore.agents.MailboxProtocol.AcquireReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.Mailboxes;
import io.longshore.coordinator.Tasks;
import io.longshore.gateway.LeaseBody.Verb;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The calls of those who do the work: getting tasks and telling what became of them. */
final class LeaseRoutes {
  private final Intake intake;
  private final GatewaySettings settings;
  private final Registry registry;
  private final Tasks tasks;
  private final Door door;

  LeaseRoutes(
      Intake intake, GatewaySettings settings, Registry registry, Tasks tasks, Doors doors) {
    this.intake = intake;
    this.settings = settings;
    this.registry = registry;
    this.tasks = tasks;
    this.door = doors.door("acquires");
  }

  /** Adds them all: they come often. */
  void addTo(FrequentCalls calls) {
    calls.addOfAgent(
        "leases:acquire",
        (id, request) ->
            intake.document(LoadShedder.Purpose.OTHER, call -> acquire(call, id)).apply(request));
    calls.add("leases:complete", settling(Verb.COMPLETE));
    calls.add("leases:fail", settling(Verb.FAIL));
    calls.add("leases:release", settling(Verb.RELEASE));
    calls.add("leases:require-input", settling(Verb.REQUIRE_INPUT));
    calls.add("leases:extend", settling(Verb.EXTEND));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> settling(Verb verb) {
    return intake.bulk(call -> settle(call, verb));
  }

  private CompletionStage<HttpResponse> acquire(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    AcquireBody body = AcquireBody.read(call.body(), settings, violations);
    if (!body.waitFor().isZero()) {
      call.waits(body.waitFor());
    }
    return registry
        .lookup(Target.checked(id))
        .thenCompose(answer -> Agents.ifFound(id, answer, agent -> acquire(call, agent, body)));
  }

  private CompletionStage<HttpResponse> acquire(Call call, AgentRecord agent, AcquireBody body) {
    Mailboxes mailboxes = tasks.mailboxes();
    long number = ThreadLocalRandom.current().nextLong();
    return call.asks(
            () -> mailboxes.acquire(agent, body.max(), body.waitFor(), body.lease(), number),
            () -> mailboxes.hangUp(agent.agentId(), number))
        .thenApply(
            answer -> {
              releaseIfAbandoned(call, answer);
              return Problems.answer(answer, this::acquired);
            });
  }

  /** Leases that came for a worker who hung up meanwhile go to others at once. */
  private void releaseIfAbandoned(Call call, Answer<AcquireReply> answer) {
    if (answer instanceof Answer.Replied<AcquireReply> replied
        && replied.reply() instanceof Leases granted
        && call.abandoned()) {
      for (Lease lease : granted.leases()) {
        tasks.release(lease.taskId(), lease.leaseToken());
      }
    }
  }

  private HttpResponse acquired(AcquireReply reply) {
    if (reply instanceof TooManyWaiting tooMany) {
      door.refused("waiting");
      return Responses.problem(Problems.tooManyWaiting(tooMany.limit(), settings.maxWait()));
    }
    Leases granted = (Leases) reply;
    List<Lease> leases = granted.leases();
    HttpResponse response =
        leases.isEmpty()
            ? Responses.empty(204)
            : Responses.json(200, out -> TaskJson.leases(out, leases));
    String elsewhere = tasks.mailboxes().elsewhere(granted);
    return elsewhere == null
        ? response
        : response.addHeader(RawHeader.create("Longshore-Node", elsewhere));
  }

  private CompletionStage<HttpResponse> settle(Call call, Verb verb) {
    Violations violations = new Violations();
    call.noParameters(violations);
    List<LeaseBody> leases = LeaseBody.read(verb, call.body(), settings, violations);
    call.counts(leases.size());
    return LeaseSettling.settle(tasks, verb, leases).thenApply(SettledLeases::response);
  }
}

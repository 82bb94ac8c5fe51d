package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

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
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;

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

  Route routes() {
    return concat(
        pathPrefix(
            "agents",
            () ->
                path(
                    segment().slash("leases:acquire"),
                    id -> post(() -> intake.json(call -> acquire(call, id))))),
        verb("leases:complete", Verb.COMPLETE),
        verb("leases:fail", Verb.FAIL),
        verb("leases:release", Verb.RELEASE),
        verb("leases:require-input", Verb.REQUIRE_INPUT),
        verb("leases:extend", Verb.EXTEND));
  }

  private Route verb(String segment, Verb verb) {
    return path(segment, () -> post(() -> intake.bulk(call -> settle(call, verb))));
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
    Runnable answered = call.onAbandoned(() -> mailboxes.hangUp(agent.agentId(), number));
    return mailboxes
        .acquire(agent, body.max(), body.waitFor(), body.lease(), number)
        .thenApply(
            answer -> {
              answered.run();
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
    List<Lease> leases = ((Leases) reply).leases();
    if (leases.isEmpty()) {
      return Responses.empty(204);
    }
    return Responses.json(200, out -> TaskJson.leases(out, leases));
  }

  private CompletionStage<HttpResponse> settle(Call call, Verb verb) {
    Violations violations = new Violations();
    call.noParameters(violations);
    List<LeaseBody> leases = LeaseBody.read(verb, call.body(), settings, violations);
    call.counts(leases.size());
    return LeaseSettling.settle(tasks, verb, leases).thenApply(SettledLeases::response);
  }
}

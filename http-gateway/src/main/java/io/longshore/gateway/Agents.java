package io.longshore.gateway;

import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.Mailboxes;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.RegistryProtocol.FindReply;
import io.longshore.registry.RegistryProtocol.Found;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What the calls about agents have in common. */
final class Agents {
  private Agents() {}

  /** Goes on with the agent if it was found; else answers why not. */
  static CompletionStage<HttpResponse> ifFound(
      String agentId,
      Answer<FindReply> answer,
      Function<AgentRecord, CompletionStage<HttpResponse>> then) {
    if (answer instanceof Replied<FindReply> replied && replied.reply() instanceof Found found) {
      return then.apply(found.agent());
    }
    return CompletableFuture.completedStage(Problems.answer(answer, reply -> noSuch(agentId)));
  }

  static HttpResponse noSuch(String agentId) {
    return Responses.problem(noSuchAgent(agentId));
  }

  /** There is none of this id. */
  static Problem noSuchAgent(String agentId) {
    return Problem.of(
        ProblemType.NO_SUCH_AGENT,
        "No agent is registered as %s. PUT /v1/agents/%s registers it."
            .formatted(agentId, agentId));
  }

  /** How an agent is; empty if its mailbox does not say in time. */
  static CompletionStage<Optional<MailboxStatus>> live(Mailboxes mailboxes, AgentRecord agent) {
    return mailboxes
        .status(agent)
        .thenApply(
            answer ->
                answer instanceof Replied<MailboxStatus> replied
                    ? Optional.of(replied.reply())
                    : Optional.empty());
  }

  /** The response that shows one agent. */
  static HttpResponse response(int status, AgentRecord agent, Optional<MailboxStatus> live) {
    return Responses.tagged(
        Responses.json(status, out -> AgentJson.write(out, agent, live)), agent.revision());
  }
}

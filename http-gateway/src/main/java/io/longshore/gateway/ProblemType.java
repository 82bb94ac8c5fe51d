package io.longshore.gateway;

/**
 * Every kind of problem the API answers with. The {@linkplain #uri() type} is what clients switch
 * on, so it never changes; titles and details are for people and may.
 */
enum ProblemType {
  INVALID_REQUEST(
      400,
      "invalid-request",
      "The request is not valid",
      "A field, a parameter or a header breaks a rule. `errors` lists all that do, each "
          + "with where it stands. Correct them and send it again."),
  MALFORMED_REQUEST(
      400,
      "malformed-request",
      "The request cannot be read",
      "It is not HTTP, not UTF-8 or not JSON, it ended early, or it has too many lines. "
          + "`detail` says which."),
  ORIGIN_REFUSED(
      403,
      "origin-refused",
      "Calls from this origin are refused",
      "A page of another site calls. A page in a browser may use only the node it came " + "from."),
  NOT_FOUND(
      404,
      "not-found",
      "There is nothing here",
      "No call of the API has this path. /docs shows those that there are."),
  NO_SUCH_AGENT(
      404,
      "no-such-agent",
      "There is no such agent",
      "No agent is registered under this id. Register it: PUT /v1/agents/{agentId}."),
  NO_SUCH_CAPABILITY(
      404,
      "no-such-capability",
      "No agent offers this capability",
      "No registered agent offers this capability in a version and with the labels that "
          + "are asked for. `alternatives` are the nearest that there are."),
  NO_SUCH_TASK(
      404,
      "no-such-task",
      "There is no such task",
      "No task has this id, or it ended so long ago that it is kept no more."),
  NO_SUCH_DEAD_LETTER(
      404,
      "no-such-dead-letter",
      "There is no such dead letter",
      "No dead letter of this id waits: it was redriven, discarded or kept long enough, "
          + "or there was none."),
  METHOD_NOT_ALLOWED(
      405,
      "method-not-allowed",
      "This method is not allowed here",
      "The path takes other methods; Allow lists them."),
  REQUEST_TIMEOUT(
      408,
      "request-timeout",
      "The request took too long to arrive",
      "The body did not arrive in time. `detail` says how much of it was done, if any. "
          + "Send the rest again, faster."),
  LEASE_LOST(
      409,
      "lease-lost",
      "The lease is lost",
      "The lease ran out, or was given up or taken back, and another attempt may hold "
          + "the task. Stop working on it: nothing that is sent with this lease changes "
          + "anything."),
  TASK_ENDED(
      409,
      "task-ended",
      "The task has already ended",
      "The task has ended, and nothing changes that. GET /v1/tasks/{taskId} shows how."),
  NOT_WAITING_FOR_INPUT(
      409,
      "not-waiting-for-input",
      "The task does not wait for input",
      "Only a task in the state input-required takes input. GET /v1/tasks/{taskId} "
          + "shows its state."),
  PRECONDITION_FAILED(
      412,
      "precondition-failed",
      "The precondition does not hold",
      "It has changed since, or it was to be there, or not to. Read it again, decide "
          + "anew, and send that with the new ETag."),
  CONTENT_TOO_LARGE(
      413,
      "content-too-large",
      "The body is too large",
      "The body, or a part of it, has more bytes than may be; `detail` says how many "
          + "may. Keep large things elsewhere and send where they are."),
  URI_TOO_LONG(
      414,
      "uri-too-long",
      "The URI is too long",
      "The path and the query have more characters than may be."),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "unsupported-media-type",
      "This media type is not supported here",
      "This call does not read bodies of this Content-Type; `detail` says what it " + "reads."),
  IDEMPOTENCY_KEY_REUSED(
      422,
      "idempotency-key-reused",
      "The idempotency key was used before",
      "The key belongs to a task with other content. Use one key for one piece of work: "
          + "the same key with the same content gives the same task."),
  UPGRADE_REQUIRED(
      426,
      "upgrade-required",
      "This needs a WebSocket",
      "This is served over a WebSocket only: connect with one."),
  RATE_LIMITED(
      429,
      "rate-limited",
      "This client makes too many calls",
      "This client has used up the calls or messages that it may have. Wait as long as "
          + "Retry-After says; RateLimit tells how many there are and when there are more."),
  OVERLOADED(
      429,
      "overloaded",
      "There is too much to do right now",
      "There is too much to do. Nothing has changed. Send it again after Retry-After, "
          + "which is worked out from how fast room comes."),
  LEDGER_FULL(
      429,
      "ledger-full",
      "The ledger is full",
      "The ledger holds as many tasks or bytes as it may. Nothing has changed. Send it "
          + "again after Retry-After; if this lasts, there are too few agents."),
  REGISTRY_FULL(
      429,
      "registry-full",
      "The registry is full",
      "The registry holds as many agents or bytes as it may. Unregister those that are gone: "
          + "DELETE /v1/agents/{agentId}."),
  TOO_MANY_WAITING(
      429,
      "too-many-waiting",
      "Too many workers are waiting",
      "As many workers or readers of this agent wait as may. Use fewer connections, or "
          + "take more with each call."),
  MAILBOX_FULL(
      429,
      "mailbox-full",
      "The mailbox is full",
      "The agent's mailbox holds as many messages as it may, or as many of this sender. "
          + "The message was not taken. Send it again after Retry-After; if this lasts, the "
          + "agent reads too slowly."),
  HEADERS_TOO_LARGE(
      431,
      "headers-too-large",
      "The headers are too large",
      "The headers have more bytes than may be."),
  INTERNAL_ERROR(
      500,
      "internal-error",
      "Something went wrong here",
      "A fault of this server. Whether anything has changed is not known. Its log says "
          + "more under the `instance`; please report it."),
  NOT_IMPLEMENTED(
      501,
      "not-implemented",
      "This is not supported",
      "This server does not speak this kind of HTTP."),
  NODE_BUSY(
      503,
      "node-busy",
      "This node is busy",
      "This node handles as much as it may. Nothing has changed, unless `detail` says how "
          + "much was done. Ask another node, or this one after Retry-After."),
  NOT_READY(
      503,
      "not-ready",
      "This node is not ready",
      "This node works no more, or not yet; `detail` says what it waits for. Ask "
          + "another node."),
  NO_READER(
      503,
      "no-reader",
      "Nobody reads these messages",
      "Agents have this capability, but nobody reads their messages at present. The "
          + "message was not taken. Send it again when one reads, or submit a task, which "
          + "waits."),
  UNAVAILABLE(
      503,
      "unavailable",
      "This is not available right now",
      "The part of the cluster that keeps this, or its database, does not answer. "
          + "Nothing has changed. Send it again after Retry-After."),
  INDETERMINATE(
      503,
      "indeterminate",
      "The outcome is not known",
      "There was no answer in time: it may have been done, or not. Send the same again; "
          + "a submission with the same Idempotency-Key, or it may be done twice.");

  private final int status;
  private final String slug;
  private final String title;
  private final String advice;

  ProblemType(int status, String slug, String title, String advice) {
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.advice = advice;
  }

  /** The HTTP status it is answered with. */
  int status() {
    return status;
  }

  /**
   * A reference that identifies this kind for ever, relative to the server: RFC 9457 type. {@link
   * ProblemRoutes} answers what it means.
   */
  String uri() {
    return "/problems/" + slug;
  }

  /** The same words for every problem of this kind. */
  String title() {
    return title;
  }

  /** What it means and what to do, for people. */
  String advice() {
    return advice;
  }
}

package io.longshore.gateway;

/**
 * Every kind of problem the API answers with. The {@linkplain #uri() type} is what clients switch
 * on, so it never changes; titles and details are for people and may.
 */
enum ProblemType {
  /** Fields, parameters or headers that break a rule; all of them are listed. */
  INVALID_REQUEST(400, "invalid-request", "The request is not valid"),
  /** Not HTTP, not UTF-8 or not JSON. */
  MALFORMED_REQUEST(400, "malformed-request", "The request cannot be read"),
  /** A page of another site calls. */
  ORIGIN_REFUSED(403, "origin-refused", "Calls from this origin are refused"),
  /** Nothing is served under this path. */
  NOT_FOUND(404, "not-found", "There is nothing here"),
  /** No agent is registered under this id. */
  NO_SUCH_AGENT(404, "no-such-agent", "There is no such agent"),
  /** No agent offers this capability. */
  NO_SUCH_CAPABILITY(404, "no-such-capability", "No agent offers this capability"),
  /** No task has this id, or its retention is over. */
  NO_SUCH_TASK(404, "no-such-task", "There is no such task"),
  /** No dead letter of this id waits: it was redriven or discarded, or there was none. */
  NO_SUCH_DEAD_LETTER(404, "no-such-dead-letter", "There is no such dead letter"),
  /** The path knows other methods; {@code Allow} lists them. */
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "This method is not allowed here"),
  /** The body did not arrive in time. */
  REQUEST_TIMEOUT(408, "request-timeout", "The request took too long to arrive"),
  /** The lease token is stale: another attempt holds the task, or it has ended. */
  LEASE_LOST(409, "lease-lost", "The lease is lost"),
  /** The task has reached a terminal state; nothing changes it any more. */
  TASK_ENDED(409, "task-ended", "The task has already ended"),
  /** Nobody asks the submitter anything. */
  NOT_WAITING_FOR_INPUT(409, "not-waiting-for-input", "The task does not wait for input"),
  /** {@code If-Match} or {@code If-None-Match} did not hold. */
  PRECONDITION_FAILED(412, "precondition-failed", "The precondition does not hold"),
  /** The body is over the limit. */
  CONTENT_TOO_LARGE(413, "content-too-large", "The body is too large"),
  /** The path or the query is over the limit. */
  URI_TOO_LONG(414, "uri-too-long", "The URI is too long"),
  /** The body is of a kind this call does not read. */
  UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "This media type is not supported here"),
  /** The key belongs to a task with other content. */
  IDEMPOTENCY_KEY_REUSED(422, "idempotency-key-reused", "The idempotency key was used before"),
  /** This is served only over a WebSocket. */
  UPGRADE_REQUIRED(426, "upgrade-required", "This needs a WebSocket"),
  /** The client asks for more than it may; {@code RateLimit} tells how much that is. */
  RATE_LIMITED(429, "rate-limited", "This client makes too many calls"),
  /** Full for now: nothing has changed, try again after {@code Retry-After}. */
  OVERLOADED(429, "overloaded", "There is too much to do right now"),
  /** The ledger holds as many tasks as it may. */
  LEDGER_FULL(429, "ledger-full", "The ledger is full"),
  /** The registry holds as many agents as it may. */
  REGISTRY_FULL(429, "registry-full", "The registry is full"),
  /** As many workers of this agent wait for work as may. */
  TOO_MANY_WAITING(429, "too-many-waiting", "Too many workers are waiting"),
  /** The mailbox holds as many messages as it may, or as many of this sender. */
  MAILBOX_FULL(429, "mailbox-full", "The mailbox is full"),
  /** The headers are over the limit. */
  HEADERS_TOO_LARGE(431, "headers-too-large", "The headers are too large"),
  /** A fault of this server; the instance's id is in its log. */
  INTERNAL_ERROR(500, "internal-error", "Something went wrong here"),
  /** HTTP that this server does not speak. */
  NOT_IMPLEMENTED(501, "not-implemented", "This is not supported"),
  /** This node handles as much as it may; another node may have room. */
  NODE_BUSY(503, "node-busy", "This node is busy"),
  /** Not live or not ready. */
  NOT_READY(503, "not-ready", "This node is not ready"),
  /** Nobody reads the messages of any agent with this capability. */
  NO_READER(503, "no-reader", "Nobody reads these messages"),
  /** The partition or its database does not answer: nothing has changed. */
  UNAVAILABLE(503, "unavailable", "This is not available right now"),
  /** No answer in time: it may or may not have taken effect. */
  INDETERMINATE(503, "indeterminate", "The outcome is not known");

  private final int status;
  private final String slug;
  private final String title;

  ProblemType(int status, String slug, String title) {
    this.status = status;
    this.slug = slug;
    this.title = title;
  }

  /** The HTTP status it is answered with. */
  int status() {
    return status;
  }

  /** A reference that identifies this kind for ever, relative to the server: RFC 9457 type. */
  String uri() {
    return "/problems/" + slug;
  }

  /** The same words for every problem of this kind. */
  String title() {
    return title;
  }
}

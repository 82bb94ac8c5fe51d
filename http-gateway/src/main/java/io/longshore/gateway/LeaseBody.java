package io.longshore.gateway;

import io.longshore.gateway.GatewaySettings.TaskRules;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One lease in the body of a call that settles leases. */
final class LeaseBody {
  private static final int MAX_TOKEN = 256;
  private static final int MAX_MESSAGE = 4096;
  private static final String DEFAULT_CODE = "agent-error";

  private final Verb verb;
  private final GatewaySettings settings;
  private final BodyReader in;
  private @Nullable String taskId;
  private @Nullable String leaseToken;
  private byte[] output = Json.nothing();
  private boolean hasError;
  private String code = DEFAULT_CODE;
  private String message = "";
  private boolean retryable = true;
  private @Nullable Long retryAfterMillis;
  private @Nullable Long leaseMillis;
  private byte @Nullable [] progress;
  private byte @Nullable [] prompt;

  private LeaseBody(Verb verb, GatewaySettings settings, BodyReader in) {
    this.verb = verb;
    this.settings = settings;
    this.in = in;
  }

  /** What can be done with a lease. */
  enum Verb {
    /** Ends it with a result. */
    COMPLETE,
    /** Ends it without one. */
    FAIL,
    /** Gives it back untried. */
    RELEASE,
    /** Ends it with a question to the submitter. */
    REQUIRE_INPUT,
    /** Prolongs it. */
    EXTEND;

    /** Whether a lease has this field, besides its task and token. */
    boolean knows(String field) {
      return switch (this) {
        case COMPLETE -> field.equals("output");
        case FAIL ->
            field.equals("error") || field.equals("retryable") || field.equals("retryAfterSeconds");
        case RELEASE -> false;
        case REQUIRE_INPUT -> field.equals("prompt");
        case EXTEND -> field.equals("leaseSeconds") || field.equals("progress");
      };
    }
  }

  /**
   * Reads all leases of a body.
   *
   * @throws ProblemException if anything is wrong with any of them
   */
  static List<LeaseBody> read(
      Verb verb, byte[] bytes, GatewaySettings settings, Violations violations) {
    return read(verb, bytes, Set.of(), settings, violations);
  }

  /**
   * Reads all leases of an object.
   *
   * @param others fields it may have that are read elsewhere
   * @throws ProblemException if anything is wrong with any of them
   */
  static List<LeaseBody> read(
      Verb verb,
      byte[] bytes,
      Set<String> others,
      GatewaySettings settings,
      Violations violations) {
    List<LeaseBody> leases = new ArrayList<>();
    Document.read(
        bytes,
        violations,
        in -> {
          boolean read =
              in.object(
                  name -> {
                    if (name.equals("leases")) {
                      in.array(
                          settings.limits().leases(), () -> leases.add(one(verb, settings, in)));
                    } else {
                      in.unknownBut(others, name);
                    }
                  });
          if (read && leases.isEmpty()) {
            in.violation("must have leases, at least one");
          }
          return leases;
        });
    violations.check();
    return leases;
  }

  private static LeaseBody one(Verb verb, GatewaySettings settings, BodyReader in)
      throws IOException {
    LeaseBody lease = new LeaseBody(verb, settings, in);
    if (in.object(lease::field)) {
      lease.checkWhole();
    }
    return lease;
  }

  private void field(String name) throws IOException {
    TaskRules rules = settings.tasks();
    int maxBytes = settings.limits().body();
    if (name.equals("taskId")) {
      taskId = in.id();
    } else if (name.equals("leaseToken")) {
      leaseToken = in.text(MAX_TOKEN);
    } else if (!verb.knows(name)) {
      in.unknown();
    } else {
      switch (name) {
        case "output" -> output = in.raw(maxBytes);
        case "error" -> error();
        case "retryable" -> retryable = in.bool(true);
        case "retryAfterSeconds" -> retryAfterMillis = in.seconds(Duration.ZERO, rules.maxTtl());
        case "leaseSeconds" -> leaseMillis = in.seconds(rules.minLease(), rules.maxLease());
        case "progress" -> progress = in.raw(maxBytes);
        case "prompt" -> prompt = in.raw(maxBytes);
        default -> throw new AssertionError(name);
      }
    }
  }

  private void error() throws IOException {
    hasError = in.object(this::errorField) || hasError;
  }

  private void errorField(String name) throws IOException {
    switch (name) {
      case "code" -> {
        String given = in.id();
        code = given == null ? DEFAULT_CODE : given;
      }
      case "message" -> {
        String given = in.text(MAX_MESSAGE);
        message = given == null ? "" : given;
      }
      default -> in.unknown();
    }
  }

  private void checkWhole() {
    if (taskId == null) {
      in.violation("must have a taskId");
    }
    if (leaseToken == null) {
      in.violation("must have a leaseToken");
    }
    if (verb == Verb.REQUIRE_INPUT && prompt == null) {
      in.violation("must have a prompt: what the submitter is asked");
    }
    if (verb == Verb.FAIL && !hasError) {
      in.violation("must have an error with a code and a message");
    }
  }

  String taskId() {
    return String.valueOf(taskId);
  }

  String leaseToken() {
    return String.valueOf(leaseToken);
  }

  byte[] output() {
    return output;
  }

  String code() {
    return code;
  }

  String message() {
    return message;
  }

  boolean retryable() {
    return retryable;
  }

  @Nullable Long retryAfterMillis() {
    return retryAfterMillis;
  }

  /** Zero for what the task asks. */
  Duration lease() {
    return Duration.ofMillis(leaseMillis == null ? 0 : leaseMillis);
  }

  byte @Nullable [] progress() {
    return progress;
  }

  /** What the submitter is asked. */
  byte[] prompt() {
    return prompt == null ? Json.nothing() : prompt;
  }
}

package io.longshore.gateway;

import io.longshore.gateway.LeaseBody.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an agent says on its connection: one JSON object with a {@code type}. */
sealed interface SocketRequest {
  /** The fields that any of them may have. */
  Set<String> ENVELOPE = Set.of("type", "ref");

  /** The longest {@code ref}, in characters. */
  int MAX_REF = 128;

  /** What its answer is known by; null for nothing. */
  @Nullable String ref();

  /**
   * So many more are wanted.
   *
   * @param tasks to work on
   * @param messages to read
   */
  record More(@Nullable String ref, int tasks, int messages) implements SocketRequest {}

  /** Ends or prolongs leases. */
  record Settle(@Nullable String ref, Verb verb, List<LeaseBody> leases) implements SocketRequest {}

  /** The agent is there. */
  record Heartbeat(@Nullable String ref) implements SocketRequest {}

  /** What it is, as far as one can see without knowing. */
  record Envelope(@Nullable String type, @Nullable String ref) {}

  /**
   * Reads who it is from and what it is about; everything else is read by {@link #read}.
   *
   * @throws ProblemException if it is no JSON
   */
  static Envelope envelope(byte[] json) {
    @Nullable String[] found = new @Nullable String[2];
    Violations violations = new Violations();
    Document.read(
        json,
        violations,
        in ->
            in.object(
                name -> {
                  switch (name) {
                    case "type" -> found[0] = in.text(MAX_REF);
                    case "ref" -> found[1] = in.text(MAX_REF);
                    default -> in.ignore();
                  }
                }));
    violations.check();
    return new Envelope(found[0], found[1]);
  }

  /**
   * Reads the rest.
   *
   * @throws ProblemException if anything is wrong with it
   */
  static SocketRequest read(Envelope envelope, byte[] json, GatewaySettings settings) {
    String type = envelope.type() == null ? "" : envelope.type();
    Violations violations = new Violations();
    return switch (type) {
      case "credit" -> more(envelope, json, settings, violations);
      case "heartbeat" -> heartbeat(envelope, json, violations);
      case "complete", "fail", "release", "extend", "require-input" -> {
        Verb verb = Verb.valueOf(type.toUpperCase(Locale.ROOT).replace('-', '_'));
        List<LeaseBody> leases = LeaseBody.read(verb, json, ENVELOPE, settings, violations);
        yield new Settle(envelope.ref(), verb, leases);
      }
      default -> {
        violations.body(
            "/type", "must be credit, complete, fail, release, extend, require-input or heartbeat");
        throw new ProblemException(violations.problem());
      }
    };
  }

  private static SocketRequest more(
      Envelope envelope, byte[] json, GatewaySettings settings, Violations violations) {
    int[] more = new int[2];
    Document.read(
        json,
        violations,
        in ->
            in.object(
                name -> {
                  switch (name) {
                    case "tasks" -> more[0] = in.whole(0, settings.limits().leases(), 0);
                    case "messages" -> more[1] = in.whole(0, settings.messages().receiveMax(), 0);
                    default -> in.unknownBut(ENVELOPE, name);
                  }
                }));
    violations.check();
    return new More(envelope.ref(), more[0], more[1]);
  }

  private static SocketRequest heartbeat(Envelope envelope, byte[] json, Violations violations) {
    Document.read(json, violations, in -> in.object(name -> in.unknownBut(ENVELOPE, name)));
    violations.check();
    return new Heartbeat(envelope.ref());
  }
}

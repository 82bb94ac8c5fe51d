package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends messages. */
@Command(
    name = "send",
    description = "Send a message, or one per line, to an agent, a capability or a topic.",
    footerHeading = "%nThe message:%n",
    footer = {
      "  is JSON if it is JSON, else the text itself as a JSON string. It is delivered at most once,",
      "  and kept in memory until somebody reads it: what must not get lost is a task (submit).",
      "",
      "Example: longshore send --topic weather 'It rains.'"
    })
final class SendCommand extends ClientCommand {
  private static final int MAX_INPUT = 16 << 20;
  private static final int MOST_LINES = 1_000;
  private static final int MOST_BYTES = 4 << 20;

  @ArgGroup(multiplicity = "1")
  Target target = new Target();

  /** Who is to get it. */
  static final class Target {
    @Option(
        names = {"-a", "--agent"},
        paramLabel = "ID",
        description = "To this agent.")
    @Nullable String agent;

    @Option(
        names = {"-c", "--capability"},
        paramLabel = "NAME",
        description = "To one of the agents that can do this.")
    @Nullable String capability;

    @Option(
        names = {"-t", "--topic"},
        paramLabel = "NAME",
        description = "To all agents that have subscribed to this.")
    @Nullable String topic;
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|TEXT",
      defaultValue = "-",
      description = "A file, or else the message itself; - or nothing for the standard input.")
  String input = "-";

  @Option(
      names = {"-f", "--from"},
      paramLabel = "ID",
      description = "Who sends it. Default: this machine's address, as the node sees it.")
  @Nullable String from;

  @Option(
      names = {"-p", "--priority"},
      paramLabel = "PRIORITY",
      description = "high, normal or low.")
  @Nullable String priority;

  @Option(names = "--ndjson", description = "Each line of the input is a message.")
  boolean ndjson;

  private boolean sent;
  private long accepted;
  private long refused;

  SendCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ApiClient client = client();
    if (input.equals("-") && terminal.inIsTerminal()) {
      note("Type the message; Ctrl-D on a line of its own ends it.");
    }
    try (InputStream in = open()) {
      if (ndjson) {
        lines(client, in);
      } else {
        one(client, in);
      }
    } catch (CharacterCodingException e) {
      throw usage("The message is neither JSON nor UTF-8 text. Encode it, for example by base64.");
    }
    note(summary());
    return refused > 0 ? REFUSED : OK;
  }

  private String summary() {
    if (target.topic != null && sent && accepted + refused == 0) {
      return "Nobody has subscribed to %s, so nobody got it.".formatted(Text.clean(target.topic));
    }
    return "%s accepted%s."
        .formatted(
            Text.count(accepted, "message"),
            refused == 0 ? "" : ", " + Text.count(refused) + " refused");
  }

  private InputStream open() throws IOException {
    if (input.equals("-")) {
      return terminal.in();
    }
    try {
      Path file = Path.of(input);
      if (Files.isRegularFile(file)) {
        return Files.newInputStream(file);
      }
    } catch (InvalidPathException notAFile) {
      // Then it is the message.
    }
    return new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
  }

  private void one(ApiClient client, InputStream in) throws IOException, InterruptedException {
    byte[] text = in.readNBytes(MAX_INPUT + 1);
    if (text.length > MAX_INPUT) {
      throw usage("The message is larger than " + Text.bytes(MAX_INPUT) + "; no node takes that.");
    }
    told(client.post("/v1/messages", message(text)), 0);
  }

  private void lines(ApiClient client, InputStream in) throws IOException, InterruptedException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    ArrayNode lines = Json.array();
    long bytes = 0;
    long done = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.isBlank()) {
        continue;
      }
      if (lines.size() == MOST_LINES || bytes > MOST_BYTES) {
        send(client, lines, done);
        done += lines.size();
        lines = Json.array();
        bytes = 0;
      }
      lines.add(message(line.getBytes(StandardCharsets.UTF_8)));
      bytes += line.length();
    }
    if (!lines.isEmpty()) {
      send(client, lines, done);
    }
  }

  private void send(ApiClient client, ArrayNode lines, long before) throws InterruptedException {
    told(client.call(ApiRequest.lines("/v1/messages", lines)).body(), before);
  }

  /** The node's answer to messages; {@code before} were sent by earlier calls. */
  private void told(JsonNode answer, long before) {
    sent = true;
    accepted += answer.path("accepted").asLong();
    refused += answer.path("refused").asLong();
    for (JsonNode refusal : answer.path("problems")) {
      long line = refusal.path("line").asLong();
      long last = refusal.path("lastLine").asLong(line);
      String which =
          last > line
              ? "%d of lines %d to %d"
                  .formatted(refusal.path("refused").asLong(), before + line, before + last)
              : "Line " + (before + line);
      JsonNode problem = refusal.path("problem");
      String why = ApiException.describe(problem.path("status").asInt(), problem);
      terminal.err().println(Text.cleanLines(which + ": " + why));
    }
  }

  private ObjectNode message(byte[] body) throws CharacterCodingException {
    ObjectNode message = Json.object();
    ObjectNode to = message.putObject("to");
    put(to, "agent", target.agent);
    put(to, "capability", target.capability);
    put(to, "topic", target.topic);
    put(message, "from", from);
    put(message, "priority", priority);
    message.set("body", Json.valueOf(body));
    return message;
  }

  private static void put(ObjectNode object, String name, @Nullable String value) {
    if (value != null) {
      object.put(name, value);
    }
  }
}

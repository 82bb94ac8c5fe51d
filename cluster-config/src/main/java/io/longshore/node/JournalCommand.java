package io.longshore.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.longshore.coordinator.LedgerJournal;
import io.longshore.node.cli.Json;
import io.longshore.node.cli.Terminal;
import io.longshore.persistence.Database;
import io.longshore.persistence.DatabaseSettings;
import io.longshore.persistence.EventBatch;
import io.longshore.persistence.Journal;
import io.longshore.persistence.JournalEntry;
import io.longshore.persistence.StateSnapshot;
import io.longshore.registry.RegistryJournal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code longshore journal}: what stands in the database. */
@Command(
    name = "journal",
    description = "Look at what the database keeps.",
    synopsisSubcommandLabel = "COMMAND")
final class JournalCommand implements Runnable {
  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  private JournalCommand() {}

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new JournalCommand()).addSubcommand(new Dump(terminal));
  }

  /** Without a command there is nothing to do but help. */
  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /** {@code longshore journal dump}: a line of JSON for each event. */
  @Command(
      name = "dump",
      description =
          "Print the events in the journal, one JSON object a line, in the order of their commits."
              + " Reads only. The embedded database is read while no node runs on it.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:All was printed.", "2:Wrong usage, or the journal cannot be read."})
  static final class Dump implements Callable<Integer> {
    private static final int OK = 0;
    private static final int REFUSED = 2;

    /** Stands for a webhook's secret, whatever was asked for. */
    private static final String HIDDEN = "hidden";

    private static final Map<String, Function<EventBatch, List<JournalEntry>>> READERS =
        Map.of(
            LedgerJournal.TYPE_NAME, LedgerJournal::entries,
            RegistryJournal.TYPE_NAME, RegistryJournal::entries);

    private final Terminal terminal;
    private long printed;

    @Option(
        names = "--db-url",
        paramLabel = "URL",
        description = "Its URL. Default: LONGSHORE_DB_URL, or --data")
    @Nullable String url;

    @Option(
        names = "--db-user",
        paramLabel = "NAME",
        description = "Its user. Default: LONGSHORE_DB_USER")
    @Nullable String user;

    @Option(
        names = "--db-password",
        paramLabel = "PASSWORD",
        description = "Its password. Default: LONGSHORE_DB_PASSWORD")
    @Nullable String password;

    @Option(names = "--data", paramLabel = "DIR", description = "Where an embedded database lies.")
    @Nullable Path data;

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        description = "ledger or registry. Default: both")
    String type = "";

    @Option(names = "--partition", paramLabel = "N", description = "One partition. Default: all")
    int partition = -1;

    @Option(names = "--from", paramLabel = "SEQ", description = "From this sequence number on.")
    long from = 0;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many lines.")
    long limit = Long.MAX_VALUE;

    @Option(names = "--payloads", description = "Print inputs and outputs, not only their lengths.")
    boolean payloads;

    @Option(names = "--snapshots", description = "List the snapshots instead.")
    boolean snapshots;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this and exit.")
    boolean help;

    Dump(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      Journal.Selection selection = new Journal.Selection(type, partition, from);
      try {
        if (snapshots) {
          Journal.snapshots(database(), selection, this::snapshot);
        } else {
          Journal.events(database(), selection, this::events);
        }
        return OK;
      } catch (Database.DatabaseException | IllegalArgumentException e) {
        terminal.err().println(e.getMessage());
        return REFUSED;
      }
    }

    private DatabaseSettings database() {
      Map<String, Object> flags = new HashMap<>();
      if (data != null) {
        flags.put("longshore.node.data", data.toString());
        flags.put("longshore.node.database.url", "");
      }
      if (url != null) {
        flags.put("longshore.node.database.url", url);
      }
      if (user != null) {
        flags.put("longshore.node.database.user", user);
      }
      if (password != null) {
        flags.put("longshore.node.database.password", password);
      }
      return NodeSettings.from(NodeSettings.load(flags, ConfigFactory.empty())).database();
    }

    private boolean events(Journal.Row row) {
      Function<EventBatch, List<JournalEntry>> reader = READERS.get(row.type());
      if (reader == null) {
        return print(line(row, row.writtenAt()).put("unknown", true));
      }
      for (JournalEntry entry : reader.apply(new EventBatch(row.payload()))) {
        Map<String, Object> fields = new HashMap<>(entry.fields());
        long at = fields.remove("at") instanceof Long decided ? decided : row.writtenAt();
        ObjectNode line = line(row, at).put("event", entry.name());
        if (entry.event() == null) {
          line.put("unknown", true).put("bytes", entry.bytes());
        }
        entry.fields().keySet().stream()
            .filter(fields::containsKey)
            .forEach(name -> line.set(name, json(fields.get(name))));
        if (!print(line)) {
          return false;
        }
      }
      return true;
    }

    private boolean snapshot(Journal.Row row) {
      String name = new StateSnapshot(row.payload()).name();
      return print(
          line(row, row.writtenAt()).put("snapshot", name).put("bytes", row.payload().length));
    }

    private static ObjectNode line(Journal.Row row, long at) {
      return Json.object()
          .put("type", row.type())
          .put("partition", row.partition())
          .put("seq", row.sequence())
          .put("at", Instant.ofEpochMilli(at).toString());
    }

    /** False when there is to be no more, or nobody reads any more. */
    private boolean print(ObjectNode line) {
      if (printed++ >= limit) {
        return false;
      }
      PrintStream out = terminal.out();
      out.println(new String(Json.bytes(line), StandardCharsets.UTF_8));
      return printed < limit && !out.checkError();
    }

    private JsonNode json(@Nullable Object value) {
      if (value instanceof byte[] bytes) {
        return payloads ? payload(bytes) : Json.object().put("bytes", bytes.length);
      } else if (value instanceof Map<?, ?> fields) {
        ObjectNode object = Json.object();
        fields.forEach(
            (name, each) ->
                object.set(String.valueOf(name), json("secret".equals(name) ? HIDDEN : each)));
        return object;
      } else if (value instanceof Collection<?> many) {
        ArrayNode array = Json.array();
        many.forEach(each -> array.add(json(each)));
        return array;
      } else if (value instanceof Long || value instanceof Integer) {
        return Json.object().numberNode(((Number) value).longValue());
      } else if (value instanceof Boolean flag) {
        return Json.object().booleanNode(flag);
      }
      return Json.object().textNode(String.valueOf(value));
    }

    private static JsonNode payload(byte[] bytes) {
      try {
        return Json.parse(bytes);
      } catch (IOException notJson) {
        return Json.object().textNode(new String(bytes, StandardCharsets.UTF_8));
      }
    }
  }
}

package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import io.longshore.persistence.EventBatch;
import io.longshore.persistence.Packed;
import io.longshore.persistence.StateSnapshot;
import io.longshore.registry.RegistryEvent.AgentDeregistered;
import io.longshore.registry.RegistryEvent.AgentDrainingSet;
import io.longshore.registry.RegistryEvent.AgentRegistered;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was ever written stays readable. Each directory {@code golden/vN} holds a journal row and a
 * snapshot as version N wrote them, in hexadecimal; they are never changed.
 *
 * <p>When the format grows, {@link #when_written_today_then_it_is_the_newest_golden_file} fails and
 * says what to put into {@code golden/vN+1}. Add what it says to {@link #VERSIONS}, with the new
 * fields in use, and leave the older entries as they are.
 */
class GoldenFilesTest {

  /** What the files of a version say: the events, and the records they lead to, by id. */
  private record Golden(int version, List<RegistryEvent> events, List<AgentRecord> records) {}

  private static final List<Golden> VERSIONS =
      List.of(
          new Golden(
              1,
              List.of(
                  new AgentRegistered(Specs.full("echo-1"), 1_700_000_000_000L),
                  new AgentRegistered(Specs.agent("bare"), 1_700_000_000_001L),
                  new AgentRegistered(Specs.agent("gone", "summarize"), 1_700_000_000_002L),
                  new AgentDrainingSet("echo-1", true, 1_700_000_000_003L),
                  new AgentDeregistered("gone", 1_700_000_000_004L),
                  new AgentDrainingSet("bare", true, 1_700_000_000_005L),
                  new AgentDrainingSet("bare", false, 1_700_000_000_006L)),
              List.of(
                  new AgentRecord(
                      Specs.agent("bare"), 7, false, 1_700_000_000_001L, 1_700_000_000_006L),
                  new AgentRecord(
                      Specs.full("echo-1"), 4, true, 1_700_000_000_000L, 1_700_000_000_003L))),
          new Golden(
              2,
              List.of(
                  new AgentRegistered(Specs.full("echo-1"), 1_700_000_000_000L),
                  new AgentRegistered(Specs.hooked("open", null), 1_700_000_000_001L),
                  new AgentRegistered(Specs.hooked("signed", "whsec_abc="), 1_700_000_000_002L)),
              List.of(
                  new AgentRecord(
                      Specs.full("echo-1"), 1, false, 1_700_000_000_000L, 1_700_000_000_000L),
                  new AgentRecord(
                      Specs.hooked("open", null), 2, false, 1_700_000_000_001L, 1_700_000_000_001L),
                  new AgentRecord(
                      Specs.hooked("signed", "whsec_abc="),
                      3,
                      false,
                      1_700_000_000_002L,
                      1_700_000_000_002L))));

  static List<Golden> versions() {
    return VERSIONS;
  }

  @ParameterizedTest
  @MethodSource("versions")
  void when_an_old_journal_is_replayed_then_nothing_is_lost(Golden golden) throws IOException {
    EventBatch batch = new EventBatch(read(golden, "journal"));
    List<RegistryEvent> events = batch.events(RegistryEventCodec.INSTANCE);
    assertEquals(golden.events(), events);
    RegistryState state = new RegistryState();
    events.forEach(state::evolve);
    assertIs(golden, state);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void when_an_old_snapshot_is_read_then_nothing_is_lost(Golden golden) throws IOException {
    StateSnapshot snapshot = new StateSnapshot(read(golden, "snapshot"));
    assertIs(golden, snapshot.state(RegistrySnapshotCodec.INSTANCE));
  }

  @Test
  void when_written_today_then_it_is_the_newest_golden_file() throws IOException {
    Golden newest = VERSIONS.get(VERSIONS.size() - 1);
    RegistryState state = new RegistryState();
    newest.events().forEach(state::evolve);
    assertWritten(
        newest, "journal", EventBatch.of(newest.events(), RegistryEventCodec.INSTANCE).blob());
    assertWritten(
        newest, "snapshot", StateSnapshot.of(state, RegistrySnapshotCodec.INSTANCE).blob());
  }

  @Test
  void when_a_newer_version_added_fields_then_they_are_passed_over() {
    BlobWriter spec = new BlobWriter(64);
    AgentCodec.writeSpec(Specs.full("echo-1"), spec);
    byte[] known = new BlobReader(spec.toBytes()).bytes();
    byte[] longer = new byte[known.length + 3];
    System.arraycopy(known, 0, longer, 0, known.length);
    BlobWriter event = new BlobWriter(64).bytes(longer).number(7).text("a field of tomorrow");
    assertEquals(
        new AgentRegistered(Specs.full("echo-1"), 7),
        RegistryEventCodec.INSTANCE.read("agent-registered", new BlobReader(event.toBytes())));
  }

  @Test
  void when_a_name_is_of_a_newer_version_then_the_error_says_what_to_do() {
    BlobReader nothing = new BlobReader(new byte[0]);
    IllegalArgumentException event =
        assertThrows(
            IllegalArgumentException.class,
            () -> RegistryEventCodec.INSTANCE.read("agent-promoted", nothing));
    IllegalArgumentException snapshot =
        assertThrows(
            IllegalArgumentException.class,
            () -> RegistrySnapshotCodec.INSTANCE.read("registry-2", nothing));
    assertTrue(String.valueOf(event.getMessage()).contains("upgrade this node"));
    assertTrue(String.valueOf(snapshot.getMessage()).contains("upgrade this node"));
  }

  private static void assertIs(Golden golden, RegistryState state) {
    assertEquals(golden.events().size(), state.revision());
    assertEquals(
        golden.records(),
        state.agents().stream().sorted(Comparator.comparing(AgentRecord::agentId)).toList());
    assertEquals(
        golden.records().stream().mapToLong(agent -> agent.spec().weight()).sum(), state.bytes());
  }

  private static void assertWritten(Golden newest, String file, byte[] today) throws IOException {
    HexFormat hex = HexFormat.of();
    assertEquals(
        hex.formatHex(read(newest, file)),
        hex.formatHex(Packed.unpack(today)),
        "The stored format has changed. If fields were added at the end, keep the old files and"
            + " write the second value into golden/v"
            + (newest.version() + 1)
            + "/"
            + file
            + ".hex");
  }

  private static byte[] read(Golden golden, String file) throws IOException {
    String path = "/golden/v" + golden.version() + "/" + file + ".hex";
    try (InputStream in =
        Objects.requireNonNull(GoldenFilesTest.class.getResourceAsStream(path), path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }
}

package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.gateway.NodeHealth.Member;
import io.longshore.gateway.NodeHealth.Partitions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person should look at, and which side of a cut gives way. */
class ClusterWarningsTest {
  private static final List<Partitions> AWAKE = List.of(new Partitions("ledger", 16, 0));

  private static Member member(String address, boolean reachable, String version) {
    return new Member(address, "up", reachable, List.of("gateway", "work"), "", version, null);
  }

  private static List<String> warnings(List<Member> members, String splitBrain) {
    return ClusterWarnings.of(members, AWAKE, 2, splitBrain, 1_000);
  }

  private static Member worker() {
    return new Member("c:1", "up", true, List.of("work"), "", "1", null);
  }

  private static void one(String part, List<String> warnings) {
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains(part), warnings.toString());
  }

  @Test
  void when_all_is_well_then_there_is_nothing_to_look_at() {
    Member a = member("a:1", true, "1");
    Member b = member("b:1", true, "1");
    Member c = member("c:1", true, "1");
    assertEquals(List.of(), warnings(List.of(a, b, c), NodeSettings.KEEP_MAJORITY));
    assertEquals(List.of(), warnings(List.of(a, b), NodeSettings.LEASE_MAJORITY));
  }

  @Test
  void when_something_is_not_as_it_should_be_then_that_is_said() {
    Member a = member("a:1", true, "1");
    Member b = member("b:1", true, "1");
    Member cut = member("c:1", false, "1");
    Member newer = member("c:1", true, "2");
    one("lowest address", warnings(List.of(a, b), NodeSettings.KEEP_MAJORITY));
    one("cannot reach c:1", warnings(List.of(a, b, cut), NodeSettings.KEEP_MAJORITY));
    one("versions: 1, 2", warnings(List.of(a, b, newer), NodeSettings.KEEP_MAJORITY));
    one("1 members are up", warnings(List.of(a), NodeSettings.KEEP_MAJORITY));
    List<Partitions> asleep = List.of(new Partitions("ledger", 16, 3));
    List<String> several =
        ClusterWarnings.of(List.of(worker()), asleep, 1, "keep-majority", -1_000);
    assertEquals(2, several.size(), several.toString());
    assertTrue(several.get(0).contains("3 of 16"), several.toString());
    assertTrue(several.get(1).contains("gateway"), several.toString());
  }

  @ParameterizedTest
  @CsvSource({"1000, ''", "1001, 1.0 s ahead of", "-1000, ''", "-7260, 7.3 s behind"})
  void when_the_clock_is_not_that_of_the_database_then_that_is_said(long ahead, String said) {
    List<Member> three = List.of(member("a:1", true, "1"), member("b:1", true, "1"), worker());
    List<String> warnings = ClusterWarnings.of(three, AWAKE, 2, "keep-majority", ahead);
    if (said.isEmpty()) {
      assertEquals(List.of(), warnings);
    } else {
      one(said + " the database's", warnings);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, true, false",
    "1, 1, true, false",
    "3, 2, false, false",
    "3, 1, true, true",
    "2, 1, true, false",
    "2, 1, false, true"
  })
  void when_a_node_reaches_fewer_than_the_others_then_it_is_the_minority(
      int all, int reached, boolean lowestReached, boolean minority) {
    assertEquals(minority, new Membership.Up(all, reached, lowestReached).minority());
    assertFalse(new Membership.Up(all, all, true).minority());
  }
}

package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WantedCapabilityTest {

  @ParameterizedTest
  @CsvSource({
    "sum,                  sum,               true",
    "sum,                  sum@2.3.1,         true",
    "sum,                  summer,            false",
    "sum,                  su,                false",
    "sum@^2,               sum,               false",
    "sum@*,                sum,               false",
    "sum@*,                sum@0.0.1,         true",
    "sum@^2,               sum@2.0.0,         true",
    "sum@^2,               sum@2.99.0,        true",
    "sum@^2,               sum@3.0.0,         false",
    "sum@^2,               sum@1.9.9,         false",
    "sum@^2,               sums@2.0.0,        false",
    "sum@^0.2.3,           sum@0.3.0,         false",
    "sum@~1.4,             sum@1.4.9,         true",
    "sum@~1.4,             sum@1.5.0,         false",
    "sum@1.x,              sum@1.5.0,         true",
    "sum@2,                sum@2.7.0,         true",
    "sum@2.3.1,            sum@2.3.1,         true",
    "sum@2.3.1,            sum@2.3.2,         false",
    "sum@>=1.2 <3,         sum@2.9.9,         true",
    "sum@>=1.2 <3,         sum@3.0.0,         false",
    "sum@>= 1.2.0,         sum@9.0.0,         true",
    "sum@1 || >=3,         sum@2.0.0,         false",
    "sum@1 || >=3,         sum@4.0.0,         true",
    "sum@1.2 - 2.1,        sum@2.1.5,         true",
    "sum@^2,               sum@2.1.0-rc.1,    false",
    "sum@^2.1.0-rc.0,      sum@2.1.0-rc.1,    true",
    "sum@^2,               sum@2.0.0+build.5, true",
    "sum@^2,               sum@two,           false",
    "sum@two,              sum@2.0.0,         false",
  })
  void when_wanted_then_met_by_what_npm_would_take(String wanted, String offered, boolean met) {
    assertEquals(met, WantedCapability.of(wanted).isMetBy(offered));
  }

  @Test
  void when_an_agent_offers_several_versions_then_one_that_fits_is_enough() {
    AgentSpec agent = Specs.agent("alice", "sum@1.0.0", "sum@2.0.0", "draw");
    assertTrue(WantedCapability.of("sum@^2").isOfferedBy(agent));
    assertFalse(WantedCapability.of("sum@^3").isOfferedBy(agent));
    assertEquals(Set.of("sum", "draw"), agent.capabilityNames());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "two",
        "x",
        "^",
        "^2.x.y.z",
        "2.3.4.5",
        "latest",
        "[1.0,2.0)",
        "^2 foo",
        "||",
        "^2 ||",
        " ^2",
        "^2 ",
        "^99999999999",
        ">=a",
        "^^2",
        "^*",
        "1.2.3-",
        "^2\n",
      })
  void when_a_range_is_none_then_the_violation_shows_one(String range) {
    String violation = String.valueOf(WantedCapability.violation("sum@" + range));
    assertTrue(violation.contains("sum@^2"), violation);
  }

  @Test
  void when_a_range_is_too_long_then_it_is_none() {
    assertNull(WantedCapability.violation("sum@" + ">=1 ".repeat(10) + "<2"));
    assertNotNull(WantedCapability.violation("sum@" + ">=1 ".repeat(40) + "<2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sum@", "sum@2", "sum@2.3", "sum@v2.3.1", "sum@02.3.1", "sum@^2.3.1"})
  void when_a_version_is_none_then_the_violation_shows_one(String text) {
    String violation = String.valueOf(Capability.versionViolation(text));
    assertTrue(violation.contains("sum@2.3.1"), violation);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sum", "sum@2.3.1", "sum@0.0.0", "sum@2.3.1-rc.1+build.5"})
  void when_a_version_is_semantic_then_nothing_is_wrong(String text) {
    assertNull(Capability.versionViolation(text));
  }
}

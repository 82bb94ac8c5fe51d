package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.coordinator.TaskProtocol.LedgerFull;
import io.longshore.gateway.SettledLeases.Settled;
import io.longshore.persistence.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettledLeasesTest {

  @Test
  void when_there_is_no_room_for_a_result_then_the_agent_is_told_when_to_come_back() {
    Settled full = new Settled("t", new Answer.Replied<>(new LedgerFull("9 bytes", 3_000)));
    assertTrue(full.failed());
    assertEquals(ProblemType.LEDGER_FULL, full.problem().type());
    assertEquals(Duration.ofSeconds(3), full.problem().retryAfter());
    assertEquals(429, SettledLeases.response(List.of(full)).status().intValue());
    assertEquals(200, SettledLeases.response(List.of(full, full)).status().intValue());
  }
}

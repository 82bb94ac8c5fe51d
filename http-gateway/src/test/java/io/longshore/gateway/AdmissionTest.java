package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

/** Who is let in. */
class AdmissionTest {
  private final Admission admission =
      new Admission(
          GatewaySettings.from(
                  ConfigFactory.parseString(
                          """
                          longshore.gateway.limits {
                            requests = 2, waiting = 1, body = 10, batch-body = 10, in-flight-bytes = 10
                          }""")
                      .withFallback(ConfigFactory.load()))
              .limits());

  @Test
  void when_there_are_too_many_requests_then_one_more_comes_in_only_after_one_left() {
    Admission.Permit first = admission.enter(0);
    admission.enter(0);
    assertBusy(() -> admission.enter(0));
    first.close();
    admission.enter(0);
    assertBusy(() -> admission.enter(0));
  }

  @Test
  void when_a_request_waits_then_another_may_work() {
    Admission.Permit first = admission.enter(4);
    first.waits();
    first.waits();
    Admission.Permit second = admission.enter(4);
    Admission.Permit third = admission.enter(2);
    assertBusy(second::waits);
    first.close();
    second.waits();
    third.close();
    second.close();
    admission.enter(10).close();
    assertBusy(() -> admission.enter(11));
  }

  @Test
  void when_bytes_do_not_fit_then_the_request_leaves_nothing_behind() {
    Admission.Permit large = admission.enter(10);
    for (int i = 0; i < 5; i++) {
      assertBusy(() -> admission.enter(1));
    }
    admission.enter(0);
    large.close();
    admission.enter(10);
  }

  private static void assertBusy(Runnable entering) {
    ProblemException busy = assertThrows(ProblemException.class, entering::run);
    assertEquals(ProblemType.NODE_BUSY, busy.problem().type());
  }
}

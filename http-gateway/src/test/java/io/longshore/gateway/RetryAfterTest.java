package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.gateway.Api.Answer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whether a full mailbox says when there is room: on a real node whose clock the test sets. */
class RetryAfterTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String[] LINES = {"Content-Type", "application/x-ndjson"};

  private static final TestClock CLOCK = new TestClock();
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("longshore.agents.messages { capacity.normal = 40, growth = 1 }", CLOCK);
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** An agent whose reader comes after so many seconds, and takes so many messages. */
  private static final class Reader {
    private final String path;
    private final int every;
    private final int takes;
    private int sinceLast;

    Reader(String id, int every, int takes) throws Exception {
      this.path = "/v1/agents/" + id + "/messages";
      this.every = every;
      this.takes = takes;
      api.put("/v1/agents/" + id, "{}").expect(201);
      node.until(() -> node.registry().directory().find(id).isPresent());
      for (int visit = 0; visit < 5; visit++) {
        fill();
        for (int second = 0; second < every; second++) {
          pass();
        }
      }
    }

    /** Sends until there is no room, and says when there is going to be some. */
    int fill() throws Exception {
      Answer answer = send();
      while (answer.status() == 202) {
        answer = send();
      }
      return saidBy(answer);
    }

    int saidBy(Answer refusal) throws Exception {
      return Integer.parseInt(refusal.expect(ProblemType.MAILBOX_FULL).header("Retry-After"));
    }

    Answer send() throws Exception {
      return api.post(path, "1");
    }

    /** A second passes. How many messages the reader took. */
    int pass() throws Exception {
      CLOCK.forward(SECOND);
      if (++sinceLast < every) {
        return 0;
      }
      sinceLast = 0;
      String body = "{\"max\": %d, \"waitSeconds\": 0}".formatted(takes);
      return api.post(path + ":receive", body).expect(200).json().path("messages").size();
    }
  }

  private static void assertHonest(int said, int came) {
    assertTrue(said <= 2 * came && 2 * said >= came, said + " s were said, it took " + came);
  }

  @Test
  void when_a_mailbox_is_full_then_it_says_when_its_reader_comes() throws Exception {
    Reader reader = new Reader("paced", 7, 5);
    Random random = new Random(3);
    for (int refusal = 0; refusal < 20; refusal++) {
      for (int second = random.nextInt(7); second > 0; second--) {
        reader.pass();
      }
      int said = reader.fill();
      int came = 0;
      do {
        reader.pass();
        came++;
      } while (reader.send().status() != 202);
      assertHonest(said, came);
    }
  }

  @Test
  void when_more_is_refused_than_a_reader_takes_at_once_then_it_says_when_all_of_it_has_room()
      throws Exception {
    Reader reader = new Reader("many", 4, 5);
    for (int refused = 6; refused <= 30; refused += 6) {
      reader.fill();
      int said = reader.saidBy(api.post(reader.path, "1\n".repeat(refused), LINES));
      int came = 0;
      for (int room = 0; room < refused; came++) {
        room += reader.pass();
      }
      assertHonest(said, came);
    }
  }
}

package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.persistence.NumbersLogic.EventCodec;
import io.longshore.persistence.NumbersLogic.NumberAdded;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SavingTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  /** A state that counts how often somebody tried to write it. */
  private static final class Unwritable implements BlobCodec<Integer> {
    private int tried;

    @Override
    public String name(Integer state) {
      return "unwritable";
    }

    @Override
    public void write(Integer state, BlobWriter out) {
      tried++;
      throw new IllegalStateException("thrown on purpose");
    }

    @Override
    public Integer read(String name, BlobReader in) {
      return 0;
    }
  }

  @Test
  void when_a_state_cannot_be_written_then_the_partition_goes_on_and_tries_again_later() {
    Unwritable codec = new Unwritable();
    EventBatch batch = EventBatch.of(List.of(new NumberAdded(1)), new EventCodec());
    Saving<Integer> saving =
        new Saving<>("numbers|0", codec, new PartitionsSettings.Snapshot(16_000, 0));
    for (int commit = 1; commit <= 4; commit++) {
      saving.journaled(batch);
      saving.saveIfWorthIt(testKit.system(), 1, commit, 0);
      assertEquals(commit / 2, codec.tried, "after " + commit + " rows of a little over 8 KiB");
    }
  }
}

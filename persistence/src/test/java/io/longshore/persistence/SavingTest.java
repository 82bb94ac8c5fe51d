package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.persistence.NumbersLogic.EventCodec;
import io.longshore.persistence.NumbersLogic.NumberAdded;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SavingTest {
  /** Counts as a little over 8 KiB: recovery has to read a row. */
  private static final EventBatch ROW =
      EventBatch.of(List.of(new NumberAdded(1)), new EventCodec());

  private static final long EVERY_FOURTH_ROW = 32 * 1024;

  private final List<CompletableFuture<Void>> stored = new ArrayList<>();

  private <S> Saving<S> saving(BlobCodec<S> codec, long minJournal) {
    return new Saving<>(
        "numbers|0",
        codec,
        new PartitionsSettings.Snapshot(minJournal, 0),
        (id, firstRow, sequenceNumber, now, state) -> {
          CompletableFuture<Void> save = new CompletableFuture<>();
          stored.add(save);
          return save;
        });
  }

  /** After how many of the next rows a snapshot is stored. */
  private int rowsUntilStored(Saving<Integer> saving) {
    int before = stored.size();
    int rows = 0;
    while (stored.size() == before && rows < 100) {
      rows++;
      saving.journaled(ROW);
      saving.saveIfWorthIt(1, rows, 0);
    }
    return rows;
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
    Saving<Integer> saving = saving(codec, 16_000);
    for (int commit = 1; commit <= 4; commit++) {
      saving.journaled(ROW);
      saving.saveIfWorthIt(1, commit, 0);
      assertEquals(commit / 2, codec.tried, "after " + commit + " rows of a little over 8 KiB");
    }
    assertEquals(List.of(), stored);
  }

  @Test
  void when_a_snapshot_cannot_be_stored_then_it_is_tried_again_sooner_than_the_next_is_due() {
    Saving<Integer> saving = saving(new Whole(), EVERY_FOURTH_ROW);
    assertEquals(4, rowsUntilStored(saving));
    stored.get(0).completeExceptionally(new SQLException("thrown on purpose"));
    assertEquals(1, rowsUntilStored(saving));
    stored.get(1).complete(null);
    assertEquals(4, rowsUntilStored(saving));
  }

  @Test
  void when_a_snapshot_is_being_stored_then_no_other_is_made() {
    Saving<Integer> saving = saving(new Whole(), EVERY_FOURTH_ROW);
    assertEquals(4, rowsUntilStored(saving));
    assertEquals(100, rowsUntilStored(saving), "none, however many rows come");
    stored.get(0).complete(null);
    assertEquals(1, rowsUntilStored(saving));
  }

  private static final class Whole implements BlobCodec<Integer> {
    @Override
    public String name(Integer state) {
      return "number";
    }

    @Override
    public void write(Integer state, BlobWriter out) {
      out.number(state);
    }

    @Override
    public Integer read(String name, BlobReader in) {
      return in.count();
    }
  }
}

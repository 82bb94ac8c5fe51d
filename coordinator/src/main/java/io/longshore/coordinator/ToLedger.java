package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.persistence.Partitions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What coordinators tell the ledger; may be lost. */
final class ToLedger implements Coordinator.Ledger {
  private final CompletionStage<Partitions> ledger;
  private final TaskIds ids;

  ToLedger(CompletionStage<Partitions> ledger, TaskIds ids) {
    this.ledger = ledger;
    this.ids = ids;
  }

  @Override
  public void reoffer(Route route) {
    tellAll(new TaskProtocol.Reoffer(route));
  }

  @Override
  public void unpark(Route route) {
    tellAll(new TaskProtocol.Unpark(route));
  }

  private void tellAll(TaskProtocol.Soft message) {
    ledger.thenAccept(
        all -> {
          for (int partition = 0; partition < all.count(); partition++) {
            all.tell(partition, message);
          }
        });
  }

  @Override
  public void park(TaskProtocol.Park park) {
    byPartition(park.taskIds(), taskId -> taskId)
        .forEach((partition, ids) -> tell(partition, new TaskProtocol.Park(ids, park.forMillis())));
  }

  @Override
  public void reject(TaskProtocol.Reject reject) {
    var unused = ledger.thenCompose(all -> all.ask(ids.partitionOf(reject.taskId()), reject));
  }

  @Override
  public void noted(List<TaskProtocol.Note> notes) {
    byPartition(notes, TaskProtocol.Note::taskId)
        .forEach((partition, some) -> tell(partition, new TaskProtocol.Noted(some)));
  }

  private void tell(int partition, TaskProtocol.Soft message) {
    ledger.thenAccept(all -> all.tell(partition, message));
  }

  private <T> Map<Integer, List<T>> byPartition(List<T> items, Function<T, String> taskId) {
    return items.stream()
        .collect(Collectors.groupingBy(item -> ids.partitionOf(taskId.apply(item))));
  }
}

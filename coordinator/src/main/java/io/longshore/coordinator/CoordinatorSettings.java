package io.longshore.coordinator;

import com.typesafe.config.Config;
import io.longshore.persistence.PartitionsSettings;

/**
 * Everything this floor can be told; see {@code reference.conf}.
 *
 * @param partitions how the ledger is divided and reached
 * @param ledger how a partition keeps tasks
 * @param assignment how a coordinator places them
 * @param recommendations how many agents it finds right
 * @param shards how many groups coordinators are divided into; never changes in a running cluster
 * @param commandCapacity most messages that wait to be handled by one coordinator
 */
public record CoordinatorSettings(
    PartitionsSettings partitions,
    LedgerSettings ledger,
    AssignmentSettings assignment,
    RecommendationSettings recommendations,
    int shards,
    int commandCapacity) {

  public CoordinatorSettings {
    atLeastOne(shards, "shards");
    atLeastOne(commandCapacity, "command-capacity");
  }

  private static void atLeastOne(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException("longshore.coordinator." + name + " must be at least 1");
    }
  }

  /**
   * Reads the sections {@code longshore.ledger} and {@code longshore.coordinator}.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static CoordinatorSettings from(Config config) {
    return new CoordinatorSettings(
        PartitionsSettings.from(config.getConfig("longshore.ledger.partitions")),
        LedgerSettings.from(config.getConfig("longshore.ledger")),
        AssignmentSettings.from(config.getConfig("longshore.coordinator")),
        RecommendationSettings.from(config.getConfig("longshore.coordinator.recommendations")),
        config.getInt("longshore.coordinator.shards"),
        config.getInt("longshore.coordinator.command-capacity"));
  }
}

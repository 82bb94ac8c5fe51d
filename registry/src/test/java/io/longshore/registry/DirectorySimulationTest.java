package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.registry.RegistryProtocol.Command;
import io.longshore.registry.RegistryProtocol.Deregister;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.Register;
import io.longshore.registry.RegistryProtocol.SetDraining;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * One partition, three directories and a network that loses, doubles, delays and reorders. Run one
 * seed again with {@code -Dsimulation.seed=N}.
 */
class DirectorySimulationTest {
  private static final int RUNS = 500;
  private static final int STEPS = 400;

  @Test
  void when_the_network_misbehaves_then_no_replica_is_ever_wrong_and_all_agree_in_the_end() {
    Long only = Long.getLong("simulation.seed");
    long first = only != null ? only : new Random().nextLong();
    for (long seed = first; seed < first + (only != null ? 1 : RUNS); seed++) {
      new Simulation(seed).run();
    }
  }

  private static final class Simulation {
    private final long seed;
    private final Random random;
    private final int reordered;
    private final int recovered;
    private final RegistryLogic logic = new RegistryLogic(15, Long.MAX_VALUE);
    private final RegistryState state = logic.empty();
    private final Map<String, Long> lastChanges = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Set<Node> subscribers = new HashSet<>();
    private final List<Runnable> network = new ArrayList<>();
    private PartitionFeed feed = newFeed();
    private boolean faulty = true;

    Simulation(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.reordered = random.nextInt(60);
      this.recovered = random.nextInt(15);
      for (int i = 0; i < 3; i++) {
        nodes.add(new Node());
      }
    }

    void run() {
      nodes.forEach(Node::watch);
      for (int i = 0; i < STEPS; i++) {
        step();
        nodes.forEach(this::assertKnowsWhatItSays);
      }
      faulty = false;
      for (int i = 0; i < 2; i++) {
        while (!network.isEmpty()) {
          network.remove(0).run();
        }
        nodes.forEach(Node::watch);
      }
      while (!network.isEmpty()) {
        network.remove(0).run();
      }
      nodes.forEach(this::assertAgrees);
    }

    private void step() {
      int dice = random.nextInt(100);
      if (dice < 30) {
        command();
      } else if (dice < 80 && !network.isEmpty()) {
        boolean inOrder = random.nextInt(100) >= reordered;
        network.remove(inOrder ? 0 : random.nextInt(network.size())).run();
      } else if (dice < 100 - recovered) {
        nodes.get(random.nextInt(nodes.size())).watch();
      } else {
        feed = newFeed(); // the partition is recovered somewhere else
        subscribers.clear();
      }
    }

    private PartitionFeed newFeed() {
      return new PartitionFeed(0, 8, 3);
    }

    private void command() {
      String agentId = "agent-" + random.nextInt(20);
      Command<?> command =
          switch (random.nextInt(4)) {
            case 0 -> new Deregister(agentId, null);
            case 1 -> new SetDraining(agentId, random.nextBoolean());
            default -> new Register(Specs.agent(agentId, "c" + random.nextInt(4)), null);
          };
      List<RegistryEvent> events = logic.decide(state, command, 0).events();
      for (RegistryEvent event : events) {
        logic.evolve(state, event);
        feed.changed(event.agentId());
        lastChanges.put(event.agentId(), state.revision());
      }
      if (!events.isEmpty()) {
        List<DirectoryUpdate> changes = feed.changes(state, state.revision() - events.size());
        subscribers.forEach(node -> changes.forEach(node::receive));
      }
    }

    private void send(Runnable delivery) {
      int copies = faulty && random.nextInt(8) == 0 ? random.nextInt(2) * 2 : 1;
      for (int i = 0; i < copies; i++) {
        network.add(delivery);
      }
    }

    /** Whatever last changed up to a replica's revision is there as it is now. */
    private void assertKnowsWhatItSays(Node node) {
      lastChanges.forEach(
          (agentId, at) -> {
            if (at <= node.replica.revision()) {
              assertEquals(
                  state.find(agentId), node.directory.find(agentId).orElse(null), this::rerun);
            }
          });
    }

    private void assertAgrees(Node node) {
      assertTrue(node.replica.complete(), this::rerun);
      assertEquals(state.revision(), node.replica.revision(), this::rerun);
      Map<String, AgentRecord> expected = new TreeMap<>();
      state.agents().forEach(agent -> expected.put(agent.agentId(), agent));
      assertEquals(
          List.copyOf(expected.values()),
          node.directory.find(AgentQuery.of(null, Map.of(), 100)).agents(),
          this::rerun);
      for (int i = 0; i < 4; i++) {
        String capability = "c" + i;
        assertEquals(
            expected.values().stream()
                .filter(agent -> agent.spec().capabilities().contains(capability))
                .toList(),
            List.copyOf(node.directory.withCapability(capability)),
            this::rerun);
      }
    }

    private String rerun() {
      return "Run again with -Dsimulation.seed=" + seed;
    }

    private final class Node {
      private final Directory directory = new Directory(10_000);
      private final PartitionReplica replica = new PartitionReplica(directory);

      void watch() {
        long known = replica.revision();
        send(
            () -> {
              subscribers.add(this);
              List<DirectoryUpdate> answer =
                  feed.remembers(state, known)
                      ? feed.changes(state, known)
                      : feed.listing(state, known);
              answer.forEach(this::receive);
            });
      }

      void receive(DirectoryUpdate update) {
        send(
            () -> {
              long before = replica.revision();
              if (!replica.apply(update)) {
                watch();
              }
              assertTrue(replica.revision() >= before, Simulation.this::rerun);
            });
      }
    }
  }
}

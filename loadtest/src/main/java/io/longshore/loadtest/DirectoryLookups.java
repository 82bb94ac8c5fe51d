package io.longshore.loadtest;

import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Directory;
import io.longshore.registry.WantedCapability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Lookups in a directory of {@link BenchAgents}. */
final class DirectoryLookups {
  /** How many agents each wants. */
  static final int FOUND = 10;

  private static final int IDS = 4096;

  private final Directory directory;
  private final List<WantedCapability> capabilities = BenchAgents.capabilities();
  private final List<WantedCapability> ranges = BenchAgents.ranges();

  DirectoryLookups(Directory directory) {
    this.directory = directory;
  }

  /** The first agents of a capability, as a search gives them. */
  Lookups first(String name, int askers) {
    return new Lookups(name, askers, number -> first(capabilities, number));
  }

  /** The first agents of a capability, read from the immutable set as a coordinator would. */
  Lookups firstUncopied(String name, int askers) {
    return new Lookups(name, askers, this::read);
  }

  /** One of each kind, in one thread. */
  List<Measurement> kinds(int agents) {
    String among = " of %,d".formatted(agents);
    List<String> ids = IntStream.range(0, IDS).mapToObj(i -> id(i, agents)).toList();
    List<AgentQuery> filtered = new ArrayList<>();
    for (int i = 0; i < IDS; i++) {
      filtered.add(
          new AgentQuery(
              capabilities.get(i % capabilities.size()),
              Map.of("tier", BenchAgents.tier(i)),
              null,
              BenchAgents.region(i),
              null,
              null,
              FOUND));
    }
    return List.of(
        new Lookups(
            "by id" + among,
            1,
            number -> directory.find(ids.get(number % IDS)).isPresent() ? 1 : 0),
        new Lookups("by capability" + among, 1, number -> first(capabilities, number)),
        new Lookups("by range" + among, 1, number -> first(ranges, number)),
        new Lookups(
            "by capability, tier, region" + among,
            1,
            number -> directory.find(filtered.get(number % IDS)).agents().size()));
  }

  /** Ids from the whole of what there is, so that they are not all in the caches. */
  private static String id(int i, int agents) {
    return BenchAgents.id((int) ((long) i * agents / IDS));
  }

  private long first(List<WantedCapability> wanted, int number) {
    WantedCapability one = wanted.get(number % wanted.size());
    return directory.find(AgentQuery.of(one, Map.of(), FOUND)).agents().size();
  }

  private long read(int number) {
    String name = capabilities.get(number % capabilities.size()).name();
    long read = 0;
    int left = FOUND;
    for (AgentRecord agent : directory.withCapability(name)) {
      read += agent.revision();
      if (--left == 0) {
        break;
      }
    }
    return read;
  }
}

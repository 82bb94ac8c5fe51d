package io.longshore.registry;

import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The whole state of a partition in a snapshot. Fields are only added, at the end. */
final class RegistrySnapshotCodec implements BlobCodec<RegistryState> {
  static final RegistrySnapshotCodec INSTANCE = new RegistrySnapshotCodec();

  private static final String NAME = "registry";

  private RegistrySnapshotCodec() {}

  @Override
  public String name(RegistryState state) {
    return NAME;
  }

  @Override
  public void write(RegistryState state, BlobWriter out) {
    out.number(state.revision()).number(state.size());
    state.agents().stream()
        .sorted(Comparator.comparing(AgentRecord::agentId))
        .forEach(record -> AgentCodec.writeRecord(record, out));
  }

  @Override
  public RegistryState read(String name, BlobReader in) {
    if (!name.equals(NAME)) {
      throw new IllegalArgumentException(
          "Registry snapshot " + name + " is of a newer version; upgrade this node");
    }
    long revision = in.number();
    int count = in.count();
    List<AgentRecord> agents = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      agents.add(AgentCodec.readRecord(in));
    }
    return new RegistryState(revision, agents);
  }
}

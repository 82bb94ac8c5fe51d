package io.longshore.loadtest;

import io.longshore.agents.Message;
import io.longshore.agents.Messages;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.node.Node;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.List;

/** Messages to mailboxes of the other node, one at a time from each of many senders in flight. */
final class RemoteMessages implements Measurement {
  private static final int SENDERS = 16;
  private final int inFlight;
  private final BenchInputs inputs;
  private final Messages messages;
  private final List<AgentRecord> agents;

  /**
   * Messages from one node.
   *
   * @param agents whose mailboxes are on the other
   */
  RemoteMessages(Node from, List<AgentRecord> agents, int inFlight, BenchInputs inputs) {
    this.inFlight = inFlight;
    this.inputs = inputs;
    this.messages = from.tasks().mailboxes().messages();
    this.agents = List.copyOf(agents);
  }

  @Override
  public String name() {
    return "messages, batched";
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return ClosedLoop.run(
        inFlight,
        slot ->
            messages
                .send(agents.get(slot % agents.size()), List.of(message(slot, inputs)))
                .thenApply(sent -> sent.accepted() + sent.dropped()),
        length);
  }

  /** What is said in this slot. */
  static Message message(int slot, BenchInputs inputs) {
    return Message.of("bench-" + slot % SENDERS, Priority.NORMAL, inputs.get(slot), null, 0);
  }
}

package io.longshore.agents;

import static io.longshore.agents.Given.SUMMARIZE;
import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.longshore.agents.MailboxProtocol.Acquire;
import io.longshore.agents.MailboxProtocol.AcquireReply;
import io.longshore.agents.MailboxProtocol.Assign;
import io.longshore.agents.MailboxProtocol.Carry;
import io.longshore.agents.MailboxProtocol.CarryReply;
import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.DeliverReply;
import io.longshore.agents.MailboxProtocol.Ended;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.Enlist;
import io.longshore.agents.MailboxProtocol.Extended;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.MailboxProtocol.GetStatus;
import io.longshore.agents.MailboxProtocol.Heartbeat;
import io.longshore.agents.MailboxProtocol.HeartbeatAnswer;
import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.MailboxProtocol.Overloaded;
import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Removed;
import io.longshore.agents.MailboxProtocol.Replaced;
import io.longshore.agents.MailboxProtocol.StatusReply;
import io.longshore.agents.MailboxProtocol.TakeBack;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.MailboxProtocol.Wire;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.Delivery;
import io.longshore.registry.Webhook;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** Messages of every kind that travels between nodes, with and without what may be missing. */
final class WireSamples {
  private WireSamples() {}

  static List<Wire> all(ActorTestKit testKit) {
    var acquired = testKit.createTestProbe(AcquireReply.class).getRef();
    var heartbeat = testKit.createTestProbe(HeartbeatAnswer.class).getRef();
    var status = testKit.createTestProbe(StatusReply.class).getRef();
    var delivered = testKit.createTestProbe(DeliverReply.class).getRef();
    var received = testKit.createTestProbe(ReceiveReply.class).getRef();
    var carried = testKit.createTestProbe(CarryReply.class).getRef();
    var handled = agent(2, Delivery.handler("echo"), 3, true);
    var webhook = new Webhook("https://example.org/", 1, 2, 3, 4, "whsec_");
    TaskRef decided =
        ref("t1")
            .with(new Decision(5, Decision.Kind.ASSIGNED, "alice", "has room"))
            .with(new Decision(6, Decision.Kind.WAITING, null, "nobody there"));
    Room room = new Room(Status.DRAINING, 1, 2, 3, 4, 5);
    Message bare = Message.of("me", Priority.HIGH, "1".getBytes(UTF_8), null, 5);
    Message full = new Message("me", Priority.LOW, "[]".getBytes(UTF_8), "c@^2", "t", "x", 6);
    MessageId id = new MessageId(Long.MAX_VALUE, 4);
    Taken refused = new Taken(new Sent(1, 2, 3, 4, Sent.Reason.NODE_FULL, 5), 6, false);
    return List.of(
        new Assign(handled, List.of(decided, ref("t2"))),
        new TakeBack(Route.agent("alice"), List.of("t1")),
        new Enlist(agent(1), SUMMARIZE),
        new Enlist(agent(1, Delivery.webhook(webhook), 4, false), SUMMARIZE),
        new Ended(List.of(new EndedLease("t1", "token", true))),
        new Extended(List.of(new ExtendedLease("t1", "token", 9))),
        new Acquire(agent(1), 3, 4, 5, 6, acquired),
        new MailboxProtocol.HangUp(6),
        new Heartbeat(agent(1), heartbeat),
        new GetStatus(agent(1), status),
        new Removed("alice"),
        new Leases(List.of(Given.lease(ref("t1"), "token", 7)), "http://10.0.0.7:8470"),
        new TooManyWaiting(8),
        new HeartbeatReply(true),
        new MailboxStatus("alice", room, 6L, 7L, MessageStatus.NONE),
        new MailboxStatus(
            "alice", room, null, null, new MessageStatus(1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5)),
        new Overloaded(9),
        new Deliver(1, List.of(bare, full), true, delivered),
        new DeliverReply(1, refused),
        new Receive(agent(1), 2, 3, null, false, 4, 5, received),
        new Receive(agent(1), 2, 3, id, true, -4, -5, received),
        new Received(null, List.of()),
        new Received(new MessageGap(id, null, null), List.of(new ReceivedMessage(id, 5, full))),
        new Received(new MessageGap(null, id, 3L), List.of(new ReceivedMessage(id, 5, bare))),
        new Replaced(),
        new Carry(
            3,
            List.of(
                new Parcel("alice", List.of(bare, full), false),
                new Parcel("bob", List.of(full), true)),
            carried),
        new CarryReply(3, List.of(refused, new Taken(Sent.accepted(2), 3, true))));
  }

  /** All records below a sealed root. */
  static Set<Class<?>> leaves(Class<?> root) {
    if (!root.isSealed()) {
      return Set.of(root);
    }
    Set<Class<?>> all = new HashSet<>();
    Arrays.stream(root.getPermittedSubclasses()).map(WireSamples::leaves).forEach(all::addAll);
    return all;
  }
}

package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Carry;
import io.longshore.agents.MailboxProtocol.CarryReply;
import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.jspecify.annotations.Nullable;

/**
 * Carries batches of messages between nodes. A message that goes to several agents stands in a
 * batch once, and whoever reads the batch shares it again.
 */
public final class MessageWireSerializer extends SerializerWithStringManifest {
  static final int IDENTIFIER = 744_003;

  private static final String CARRY = "carry";
  private static final String CARRIED = "carried";
  private static final String RECEIVED = "received";
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final List<Sent.Reason> REASONS = List.of(Sent.Reason.values());
  private final ExtendedActorSystem system;

  /** Made by the actor system. */
  public MessageWireSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object object) {
    if (object instanceof Carry) {
      return CARRY;
    } else if (object instanceof CarryReply) {
      return CARRIED;
    } else if (object instanceof Received) {
      return RECEIVED;
    }
    throw new IllegalArgumentException("Not a batch of messages: " + object.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object object) {
    BlobWriter out = new BlobWriter(1024);
    if (object instanceof Carry carry) {
      out.number(carry.number()).text(refs().toSerializationFormat(carry.replyTo()));
      writeParcels(carry.parcels(), out);
    } else if (object instanceof CarryReply reply) {
      out.number(reply.number()).number(reply.taken().size());
      reply.taken().forEach(taken -> write(taken, out));
    } else if (object instanceof Received received) {
      write(received, out);
    }
    return out.toBytes();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    BlobReader in = new BlobReader(bytes);
    return switch (manifest) {
      case CARRY -> {
        long number = in.number();
        String replyTo = in.text();
        yield new Carry(number, readParcels(in), refs().resolveActorRef(replyTo));
      }
      case CARRIED -> {
        long number = in.number();
        int count = in.count();
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          taken.add(readTaken(in));
        }
        yield new CarryReply(number, taken);
      }
      case RECEIVED -> readReceived(in);
      default -> throw new NotSerializableException("Unknown batch of messages: " + manifest);
    };
  }

  private static void writeParcels(List<Parcel> parcels, BlobWriter out) {
    IdentityHashMap<Message, Integer> numbers = new IdentityHashMap<>();
    List<Message> distinct = new ArrayList<>();
    for (Parcel parcel : parcels) {
      for (Message message : parcel.messages()) {
        if (numbers.putIfAbsent(message, distinct.size()) == null) {
          distinct.add(message);
        }
      }
    }
    out.number(distinct.size());
    distinct.forEach(message -> write(message, out));
    out.number(parcels.size());
    for (Parcel parcel : parcels) {
      out.text(parcel.agentId()).flag(parcel.ifRead()).number(parcel.messages().size());
      for (Message message : parcel.messages()) {
        out.number(numbers.getOrDefault(message, 0));
      }
    }
  }

  private static List<Parcel> readParcels(BlobReader in) {
    int messageCount = in.count();
    List<Message> distinct = new ArrayList<>();
    for (int i = 0; i < messageCount; i++) {
      distinct.add(readMessage(in));
    }
    int count = in.count();
    List<Parcel> parcels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String agentId = in.text();
      boolean ifRead = in.flag();
      int size = in.count();
      List<Message> messages = new ArrayList<>();
      for (int j = 0; j < size; j++) {
        messages.add(in.oneOf(distinct));
      }
      parcels.add(new Parcel(agentId, messages, ifRead));
    }
    return parcels;
  }

  private static void write(Message message, BlobWriter out) {
    out.text(message.sender())
        .number(PRIORITIES.indexOf(message.priority()))
        .bytes(message.body())
        .optionalText(message.capability())
        .optionalText(message.topic())
        .optionalText(message.correlationId())
        .number(message.sentAt());
  }

  private static Message readMessage(BlobReader in) {
    return new Message(
        in.text(),
        in.oneOf(PRIORITIES),
        in.bytes(),
        in.optionalText(),
        in.optionalText(),
        in.optionalText(),
        in.number());
  }

  private static void write(Taken taken, BlobWriter out) {
    Sent sent = taken.sent();
    out.number(sent.accepted())
        .number(sent.refused())
        .number(sent.dropped())
        .number(sent.unknown())
        .flag(sent.why() != null);
    if (sent.why() != null) {
      out.number(REASONS.indexOf(sent.why()));
    }
    out.number(sent.retryAfterMillis()).number(taken.waiting()).flag(taken.read());
  }

  private static Taken readTaken(BlobReader in) {
    Sent sent =
        new Sent(
            in.count(),
            in.count(),
            in.count(),
            in.count(),
            in.flag() ? reason(in.count()) : null,
            in.number());
    return new Taken(sent, in.count(), in.flag());
  }

  /** A newer node may know more reasons: then all that is known is that there was one. */
  private static Sent.Reason reason(int index) {
    return index < REASONS.size() ? REASONS.get(index) : Sent.Reason.BUSY;
  }

  private static void write(Received received, BlobWriter out) {
    MessageGap gap = received.gap();
    out.flag(gap != null);
    if (gap != null) {
      write(gap.after(), out);
      write(gap.before(), out);
      out.flag(gap.missed() != null);
      if (gap.missed() != null) {
        out.number(gap.missed());
      }
    }
    out.number(received.messages().size());
    for (ReceivedMessage message : received.messages()) {
      write(message.id(), out);
      out.number(message.receivedAt());
      write(message.message(), out);
    }
  }

  private static Received readReceived(BlobReader in) {
    MessageGap gap =
        in.flag() ? new MessageGap(readId(in), readId(in), in.flag() ? in.number() : null) : null;
    int count = in.count();
    List<ReceivedMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      MessageId id = readId(in);
      if (id == null) {
        throw new IllegalArgumentException("A message without an id");
      }
      messages.add(new ReceivedMessage(id, in.number(), readMessage(in)));
    }
    return new Received(gap, messages);
  }

  private static void write(@Nullable MessageId id, BlobWriter out) {
    out.flag(id != null);
    if (id != null) {
      out.number(id.incarnation()).number(id.sequence());
    }
  }

  private static @Nullable MessageId readId(BlobReader in) {
    return in.flag() ? new MessageId(in.number(), in.number()) : null;
  }

  private ActorRefResolver refs() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }
}

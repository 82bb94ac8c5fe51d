package io.longshore.persistence;

import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Carries batches and their replies between nodes; {@link WireItems} writes the commands and
 * replies inside.
 */
public final class PartitionWireSerializer extends SerializerWithStringManifest {
  private static final String BATCH = "batch";
  private static final String REPLIES = "replies";
  private static final String UNDECIDED = "undecided";
  private static final String REFUSED = "refused";
  private static final String WAKE = "wake";
  private static final String AWAKE = "awake";
  private static final String AWAKE_THERE = "awake-there";
  private final ExtendedActorSystem system;

  /** Made by the actor system. */
  public PartitionWireSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  @Override
  public int identifier() {
    return 744_002;
  }

  @Override
  public String manifest(Object object) {
    if (object instanceof PartitionMessage.Batch) {
      return BATCH;
    } else if (object instanceof PartitionMessage.Replies) {
      return REPLIES;
    } else if (object instanceof PartitionMessage.Undecided) {
      return UNDECIDED;
    } else if (object instanceof PartitionMessage.Refused) {
      return REFUSED;
    } else if (object instanceof PartitionMessage.Wake) {
      return WAKE;
    } else if (object instanceof PartitionMessage.Awake) {
      return AWAKE;
    } else if (object instanceof PartitionMessage.AwakeThere) {
      return AWAKE_THERE;
    }
    throw new IllegalArgumentException("Not a partition message: " + object.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object object) {
    BlobWriter out = new BlobWriter(1024);
    if (object instanceof PartitionMessage.Batch batch) {
      out.number(batch.number()).text(refs().toSerializationFormat(batch.replyTo()));
      items().writeAll(batch.commands(), out);
    } else if (object instanceof PartitionMessage.Replies replies) {
      out.number(replies.number());
      items().writeAll(replies.replies(), out);
    } else if (object instanceof PartitionMessage.Refused refused) {
      out.number(refused.number()).number(refused.retryAfterMillis());
    } else if (object instanceof PartitionMessage.Wake wake) {
      out.text(refs().toSerializationFormat(wake.replyTo()));
    } else if (object instanceof PartitionMessage.Awake awake) {
      out.number(awake.partition());
    } else if (object instanceof PartitionMessage.AwakeThere there) {
      out.number(there.partitions().size());
      there.partitions().forEach(out::number);
    }
    return out.toBytes();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    BlobReader in = new BlobReader(bytes);
    return switch (manifest) {
      case BATCH ->
          new PartitionMessage.Batch(
              in.number(),
              this.<PartitionMessage.Replies>ref(in.text()),
              items().readAll(in).stream()
                  .<PartitionCommand<?>>map(c -> (PartitionCommand<?>) c)
                  .toList());
      case REPLIES -> new PartitionMessage.Replies(in.number(), items().readAll(in));
      case UNDECIDED -> new PartitionMessage.Undecided();
      case REFUSED -> new PartitionMessage.Refused(in.number(), in.number());
      case WAKE -> new PartitionMessage.Wake(this.<PartitionMessage.Awake>ref(in.text()));
      case AWAKE -> new PartitionMessage.Awake(in.count());
      case AWAKE_THERE -> {
        List<Integer> partitions = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
          partitions.add(in.count());
        }
        yield new PartitionMessage.AwakeThere(partitions);
      }
      default -> throw new NotSerializableException("Unknown partition message: " + manifest);
    };
  }

  private WireItems items() {
    return new WireItems(SerializationExtension.get(system));
  }

  private ActorRefResolver refs() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }

  private <T> ActorRef<T> ref(String text) {
    return refs().resolveActorRef(text);
  }
}

package io.longshore.persistence;

import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.apache.pekko.serialization.Serializers;

/**
 * Carries batches and their replies between nodes. Each command or reply inside is written by the
 * serializer that its floor has bound to it; the pairs of serializer and manifest are few and stand
 * once per batch.
 */
public final class PartitionWireSerializer extends SerializerWithStringManifest {
  private static final String BATCH = "batch";
  private static final String REPLIES = "replies";
  private static final String UNDECIDED = "undecided";
  private static final String REFUSED = "refused";
  private static final String WAKE = "wake";
  private static final String AWAKE = "awake";
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
    }
    throw new IllegalArgumentException("Not a partition message: " + object.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object object) {
    BlobWriter out = new BlobWriter(1024);
    if (object instanceof PartitionMessage.Batch batch) {
      out.number(batch.number()).text(refs().toSerializationFormat(batch.replyTo()));
      writeAll(batch.commands(), out);
    } else if (object instanceof PartitionMessage.Replies replies) {
      out.number(replies.number());
      writeAll(replies.replies(), out);
    } else if (object instanceof PartitionMessage.Refused refused) {
      out.number(refused.number()).number(refused.retryAfterMillis());
    } else if (object instanceof PartitionMessage.Wake wake) {
      out.text(refs().toSerializationFormat(wake.replyTo()));
    } else if (object instanceof PartitionMessage.Awake awake) {
      out.number(awake.partition());
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
              readAll(in).stream().<PartitionCommand<?>>map(c -> (PartitionCommand<?>) c).toList());
      case REPLIES -> new PartitionMessage.Replies(in.number(), readAll(in));
      case UNDECIDED -> new PartitionMessage.Undecided();
      case REFUSED -> new PartitionMessage.Refused(in.number(), in.number());
      case WAKE -> new PartitionMessage.Wake(this.<PartitionMessage.Awake>ref(in.text()));
      case AWAKE -> new PartitionMessage.Awake(in.count());
      default -> throw new NotSerializableException("Unknown partition message: " + manifest);
    };
  }

  private record Kind(int serializer, String manifest) {}

  private void writeAll(List<?> items, BlobWriter out) {
    Map<Kind, Integer> kinds = new LinkedHashMap<>();
    BlobWriter body = new BlobWriter(items.size() * 128);
    for (Object item : items) {
      Serializer serializer = serialization().findSerializerFor(item);
      Kind kind = new Kind(serializer.identifier(), Serializers.manifestFor(serializer, item));
      Integer known = kinds.putIfAbsent(kind, kinds.size());
      body.number(known == null ? kinds.size() - 1 : known).bytes(serializer.toBinary(item));
    }
    out.number(kinds.size());
    kinds.keySet().forEach(kind -> out.number(kind.serializer()).text(kind.manifest()));
    out.number(items.size()).rest(body);
  }

  private List<Object> readAll(BlobReader in) {
    int kindCount = in.count();
    List<Kind> kinds = new ArrayList<>();
    for (int i = 0; i < kindCount; i++) {
      kinds.add(new Kind((int) in.number(), in.text()));
    }
    int count = in.count();
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind kind = in.oneOf(kinds);
      items.add(serialization().deserialize(in.bytes(), kind.serializer(), kind.manifest()).get());
    }
    return items;
  }

  private Serialization serialization() {
    return SerializationExtension.get(system);
  }

  private ActorRefResolver refs() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }

  private <T> ActorRef<T> ref(String text) {
    return refs().resolveActorRef(text);
  }
}

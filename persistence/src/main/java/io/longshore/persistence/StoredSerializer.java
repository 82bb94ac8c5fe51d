package io.longshore.persistence;

import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Hands the bytes of {@link EventBatch} and {@link StateSnapshot} to the journal and back. The
 * identifier and the manifests stand in every row and never change.
 */
public final class StoredSerializer extends SerializerWithStringManifest {
  static final int IDENTIFIER = 744_001;
  private static final String EVENTS = "events";
  static final String STATE = "state";

  /** Made by the actor system. */
  public StoredSerializer(ExtendedActorSystem system) {}

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object object) {
    return object instanceof EventBatch ? EVENTS : STATE;
  }

  @Override
  public byte[] toBinary(Object object) {
    return ((Stored) object).blob();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return switch (manifest) {
      case EVENTS -> new EventBatch(bytes);
      case STATE -> new StateSnapshot(bytes);
      default ->
          throw new NotSerializableException(
              "Stored data of kind '" + manifest + "' is newer than this version can read");
    };
  }
}

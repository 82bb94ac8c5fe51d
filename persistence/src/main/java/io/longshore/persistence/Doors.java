package io.longshore.persistence;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AllDeadLetters;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * All places where a node says no, by name. The one of {@link #QUEUES} is told of by {@link
 * DroppedMail}, which listens from the moment this is first asked for. One per actor system.
 * Thread-safe.
 */
public final class Doors implements Extension {

  /** The queues of actors: their mailboxes, stashes, and those between nodes. */
  public static final String QUEUES = "queues";

  private static final Id ID = new Id();

  private static final class Id extends ExtensionId<Doors> {
    @Override
    public Doors createExtension(ActorSystem<?> system) {
      Doors doors = new Doors();
      ActorRef<Void> listener =
          system.systemActorOf(
              Behaviors.<Void>empty(),
              "dropped-mail",
              MailboxSelector.fromConfig("longshore.persistence.dropped-mail"));
      Adapter.toClassic(system)
          .eventStream()
          .subscribe(Adapter.toClassic(listener), AllDeadLetters.class);
      return doors;
    }
  }

  private final Map<String, Door> byName = new ConcurrentHashMap<>();

  private Doors() {}

  /** Those of an actor system. */
  public static Doors of(ActorSystem<?> system) {
    return ID.apply(system);
  }

  /**
   * The door of this name, the same one each time.
   *
   * @param name one of a few fixed words: it names a metric's series
   */
  public Door door(String name) {
    return byName.computeIfAbsent(name, any -> new Door());
  }

  /** All that were asked for so far, by name. */
  public Map<String, Door> all() {
    return new TreeMap<>(byName);
  }
}

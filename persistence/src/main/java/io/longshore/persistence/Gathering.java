package io.longshore.persistence;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where things gather from many threads until one actor takes them all. The actor is told only of
 * the first: that spares a message for each, and what comes at the same moment leaves together.
 * Bounded by whoever adds. Thread-safe.
 *
 * @param <T> what gathers
 */
public final class Gathering<T> {
  private final Queue<T> gathered = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile boolean closed;

  /** Adds a thing. Whether the actor has to be told to look; it has been told otherwise. */
  public boolean add(T thing) {
    gathered.add(thing);
    return told.compareAndSet(false, true);
  }

  /** Takes a thing out again, after it was added and the actor told, if nobody will take it. */
  public boolean takeBack(T thing) {
    return closed && gathered.remove(thing);
  }

  /** Moves what has gathered to {@code waiting}, in order; only the actor does. */
  public void drainTo(Collection<? super T> waiting) {
    told.set(false);
    for (T thing = gathered.poll(); thing != null; thing = gathered.poll()) {
      waiting.add(thing);
    }
  }

  /** There is nobody any more who would take anything. */
  public void close() {
    closed = true;
  }
}

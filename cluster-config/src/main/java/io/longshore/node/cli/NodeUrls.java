package io.longshore.node.cli;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where nodes of one cluster listen. One of them is asked until it does not answer or has no room;
 * then the next. Thread-safe.
 */
final class NodeUrls {
  private final List<URI> urls;
  private final AtomicInteger at = new AtomicInteger();

  /**
   * The first one is asked first.
   *
   * @param urls at least one
   */
  NodeUrls(List<URI> urls) {
    this.urls = List.copyOf(urls);
    if (this.urls.isEmpty()) {
      throw new IllegalArgumentException("There must be a node to ask");
    }
  }

  /** Whom to ask. */
  URI current() {
    return urls.get(at.get());
  }

  /** Another is to be asked than this one. Once for all who have found that out. */
  void moveOn(URI from) {
    at.updateAndGet(now -> urls.get(now).equals(from) ? (now + 1) % urls.size() : now);
  }

  /** How many there are. */
  int count() {
    return urls.size();
  }
}

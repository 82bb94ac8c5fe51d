package io.longshore.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.io.Inet;
import org.jspecify.annotations.Nullable;

/**
 * Several sockets that listen on one address, among which the system spreads those who connect.
 * Pekko takes connections from a socket one by one, and each makes a dozen changes of threads until
 * the next one's turn: when the processor is busy that is less than a hundred a second, and a
 * thousand agents that come back to a node which has just started are not there for long.
 */
public final class Listeners {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
  private final List<ServerBinding> bindings;

  private Listeners(List<ServerBinding> bindings) {
    this.bindings = List.copyOf(bindings);
  }

  /** Listens at a port with these settings. */
  @FunctionalInterface
  interface Binder {
    CompletionStage<ServerBinding> bind(int port, ServerSettings settings);
  }

  /**
   * Listens with so many sockets, or with one where the system cannot share a port. Fails if the
   * port is taken.
   *
   * @param port 0 for a free one
   */
  static CompletionStage<Listeners> bind(
      int count, String host, int port, ServerSettings settings, Binder binder) {
    if (count == 1 || !canShare()) {
      return binder.bind(port, settings).thenApply(one -> new Listeners(List.of(one)));
    }
    try {
      checkFree(host, port);
    } catch (IOException taken) {
      return CompletableFuture.failedStage(taken);
    }
    List<Inet.SocketOption> options = new ArrayList<>();
    settings.getSocketOptions().forEach(options::add);
    options.add(new SharedPort());
    ServerSettings shared = settings.withSocketOptions(options);
    return binder
        .bind(port, shared)
        .thenCompose(
            first -> {
              int actual = first.localAddress().getPort();
              List<CompletionStage<ServerBinding>> all = new ArrayList<>();
              all.add(CompletableFuture.completedStage(first));
              while (all.size() < count) {
                all.add(binder.bind(actual, shared));
              }
              return together(all);
            });
  }

  /** All of them or none. */
  private static CompletionStage<Listeners> together(List<CompletionStage<ServerBinding>> all) {
    CompletableFuture<?>[] each =
        all.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(each)
        .handle(
            (nothing, failure) -> {
              List<ServerBinding> bound = new ArrayList<>();
              for (CompletionStage<ServerBinding> one : all) {
                CompletableFuture<ServerBinding> done = one.toCompletableFuture();
                if (!done.isCompletedExceptionally()) {
                  bound.add(done.join());
                }
              }
              Listeners listeners = new Listeners(bound);
              if (failure != null) {
                var unused = listeners.terminate(CLOSE_WITHIN);
                throw new CompletionException(failure);
              }
              return listeners;
            });
  }

  /** Other systems know the option too, and give all connections to one of the sockets. */
  private static boolean canShare() {
    return System.getProperty("os.name", "").startsWith("Linux");
  }

  /**
   * Finds out whether nobody listens there. Those who share a port need not be of one process, so
   * another that has it would go unseen.
   *
   * @throws IOException if it cannot be listened to
   */
  public static void checkFree(String host, int port) throws IOException {
    try (ServerSocket alone = new ServerSocket()) {
      alone.bind(new InetSocketAddress(host, port));
    }
  }

  private static final class SharedPort extends Inet.AbstractSocketOption {
    @Override
    public void beforeServerSocketBind(@Nullable ServerSocket socket) {
      try {
        if (socket != null) {
          socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("The port cannot be shared", e);
      }
    }
  }

  /** Where they listen. */
  public InetSocketAddress address() {
    return bindings.get(0).localAddress();
  }

  /** Has all stop in an orderly way when the actor system does. */
  Listeners addToCoordinatedShutdown(Duration deadline, ClassicActorSystemProvider system) {
    bindings.forEach(binding -> binding.addToCoordinatedShutdown(deadline, system));
    return this;
  }

  /** Takes no new connections, and cuts off what is still under way after so long. */
  public CompletionStage<Void> terminate(Duration deadline) {
    return CompletableFuture.allOf(
        bindings.stream()
            .map(binding -> binding.terminate(deadline).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }
}

package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A stretch of network between clients and a server that can be slowed down or cut. What is cut
 * does not break: nothing arrives, as when packets are dropped, and it arrives late once the cut
 * heals. Thread-safe.
 */
final class TcpProxy implements Closeable {
  private static final int BUFFER = 64 * 1024;
  private static final int BACKLOG = 200;
  private static final Duration LOOK = Duration.ofMillis(20);
  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Predicate<InetAddress> cut;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Pause pause = Pause.real();
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean closed;

  /**
   * Listens for a server.
   *
   * @param cut whether what a client at this address sends, and what it is sent, is dropped now
   */
  TcpProxy(InetSocketAddress listen, InetSocketAddress server, Predicate<InetAddress> cut)
      throws IOException {
    this.listener = new ServerSocket(listen.getPort(), BACKLOG, listen.getAddress());
    this.server = server;
    this.cut = cut;
    start("proxy-" + listener.getLocalPort(), this::accept);
  }

  /** Where it listens. */
  int port() {
    return listener.getLocalPort();
  }

  /** Holds back whatever passes for so long, in each direction. */
  void slowDown(Duration time) {
    delay = time;
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        Socket upstream = new Socket();
        open.add(client);
        open.add(upstream);
        start("proxy-connection", () -> connect(client, upstream));
      } catch (IOException e) {
        // closed, or the client is gone already
      }
    }
  }

  private void connect(Socket client, Socket upstream) {
    InetAddress address = client.getInetAddress();
    try {
      upstream.connect(server);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
    } catch (IOException e) {
      end(client, upstream);
      return;
    }
    start("proxy-back", () -> pump(address, upstream, client));
    pump(address, client, upstream);
  }

  private void pump(InetAddress client, Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (!delay.isZero()) {
          pause.of(delay);
        }
        while (cut.test(client) && !closed) {
          pause.of(LOOK);
        }
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // one of them is gone; so is the other now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from, to);
    }
  }

  private void end(Socket one, Socket other) {
    for (Socket socket : new Socket[] {one, other}) {
      open.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        // it is gone
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}

package io.longshore.loadtest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Serves many connections to one server with one thread: on a machine that client and node share, a
 * thread a connection would be most of what is measured. Used by one thread.
 */
final class EventLoop implements AutoCloseable {
  private static final int BUFFER = 256 * 1024;
  private static final int SELECT_MILLIS = 1;
  private final InetSocketAddress server;
  private final Selector selector;
  private final ByteBuffer incoming = ByteBuffer.allocate(BUFFER);

  EventLoop(URI server) throws IOException {
    this.server = new InetSocketAddress(InetAddress.getByName(server.getHost()), server.getPort());
    selector = Selector.open();
  }

  /** Who hears of what comes on a connection. */
  interface Peer {
    /** Bytes came; the array is used again. */
    void received(byte[] bytes, int from, int to);

    /** The connection is gone, and it was not closed here. */
    void ended();
  }

  /** Begins to connect; what is sent before it stands is sent then. */
  Connection connect(Peer peer) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean connected = channel.connect(server);
    return new Connection(
        channel,
        channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT),
        peer);
  }

  /** Serves all connections until that time, and does something else about every millisecond. */
  void run(long untilNanos, Runnable between) throws IOException {
    while (System.nanoTime() < untilNanos) {
      selector.select(this::ready, SELECT_MILLIS);
      between.run();
    }
  }

  private void ready(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      connection.ready();
    } catch (IOException broken) {
      connection.broken();
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /** One connection. */
  final class Connection {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Peer peer;
    private final Deque<ByteBuffer> outgoing = new ArrayDeque<>();
    private boolean reads = true;

    private Connection(SocketChannel channel, SelectionKey key, Peer peer) {
      this.channel = channel;
      this.key = key;
      this.peer = peer;
      key.attach(this);
    }

    /** Sends these bytes after those before; they must not change any more. */
    void send(byte[] bytes) {
      outgoing.add(ByteBuffer.wrap(bytes));
      if (key.isValid() && channel.isConnected()) {
        try {
          flush();
        } catch (IOException broken) {
          // Not from here: whoever sends does not expect to hear of it now.
          key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
      }
    }

    /** From now on nothing is read: what comes stays with the system, and then with the server. */
    void stopReading() {
      reads = false;
      if (key.isValid() && channel.isConnected()) {
        interest();
      }
    }

    private void interest() {
      key.interestOps(
          (reads ? SelectionKey.OP_READ : 0) | (outgoing.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }

    private void flush() throws IOException {
      for (ByteBuffer next = outgoing.peek(); next != null; next = outgoing.peek()) {
        channel.write(next);
        if (next.hasRemaining()) {
          break;
        }
        outgoing.remove();
      }
      interest();
    }

    private void ready() throws IOException {
      if (key.isConnectable()) {
        channel.finishConnect();
        flush();
      } else if (key.isWritable()) {
        flush();
      }
      if (key.isValid() && reads && key.isReadable()) {
        read();
      }
    }

    private void read() throws IOException {
      incoming.clear();
      int count = channel.read(incoming);
      if (count < 0) {
        broken();
      } else {
        peer.received(incoming.array(), 0, count);
      }
    }

    private void broken() {
      close();
      peer.ended();
    }

    void close() {
      key.cancel();
      try {
        channel.close();
      } catch (IOException alreadyGone) {
        // It is closed in any case.
        outgoing.clear();
      }
    }
  }
}

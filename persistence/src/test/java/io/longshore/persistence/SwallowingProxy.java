package io.longshore.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A network between a node and its database that can lose connections without a word. */
final class SwallowingProxy implements AutoCloseable {
  private final InetAddress host = InetAddress.getLoopbackAddress();
  private final ServerSocket server = new ServerSocket(0, 50, host);
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final int target;

  SwallowingProxy(int target) throws IOException {
    this.target = target;
    inBackground(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** From now on nothing comes through the connections that are open; new ones are as they were. */
  void swallow() {
    connections.forEach(connection -> connection.swallows = true);
  }

  private void accept() throws IOException {
    while (true) {
      Connection connection = new Connection(server.accept(), new Socket(host, target));
      connections.add(connection);
      inBackground(() -> connection.pump(connection.client, connection.database));
      inBackground(() -> connection.pump(connection.database, connection.client));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Connection connection : connections) {
      connection.client.close();
      connection.database.close();
    }
  }

  private static final class Connection {
    private final Socket client;
    private final Socket database;
    private volatile boolean swallows;

    Connection(Socket client, Socket database) {
      this.client = client;
      this.database = database;
    }

    void pump(Socket from, Socket to) throws IOException {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!swallows) {
          out.write(buffer, 0, read);
        }
      }
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void inBackground(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException closed) {
                // A side has closed its socket: the end of every connection.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}

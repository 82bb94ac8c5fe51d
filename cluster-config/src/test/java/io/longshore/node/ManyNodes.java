package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A PostgreSQL and what nodes on it have in common. */
final class ManyNodes implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  ManyNodes() {
    try {
      postgres = EmbeddedPostgres.start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  /** A node's configuration: on this database, its HTTP on any port, and what more is said. */
  Config config(Map<String, ?> more) {
    Map<String, Object> flags = new HashMap<>();
    flags.put("longshore.gateway.port", 0);
    flags.put("longshore.node.database.url", url());
    flags.putAll(more);
    return NodeSettings.load(flags, ConfigFactory.empty());
  }

  static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      for (ServerSocket socket : sockets) {
        ports.add(socket.getLocalPort());
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return ports;
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

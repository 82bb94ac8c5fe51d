package io.longshore.gateway;

import com.typesafe.config.Config;
import io.longshore.persistence.HeapShare;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the gateway behaves: {@code longshore.gateway} in the configuration, where each value is
 * explained.
 *
 * @param host to listen on
 * @param port to listen on; 0 for a free one
 * @param url where workers that have asked at another node find this one; {@code auto} to work it
 *     out, {@code none} if they should not
 * @param listeners sockets that take connections
 * @param shutdownDeadline how long requests under way may take when the node stops
 * @param bodyTimeout how long a body may take to arrive
 * @param maxWait the longest wait a client may ask for
 * @param streamKeepAlive how often a stream says something when there is nothing to say
 * @param streamReadTimeout how long a client may leave what a stream has for it unread
 * @param limits of everything that could grow
 * @param tasks what tasks have and may ask for
 * @param messages how messages are read
 * @param connection of agents that want all on one connection
 * @param overload how it says no
 * @param tls how to speak HTTPS; without it the gateway speaks HTTP
 */
public record GatewaySettings(
    String host,
    int port,
    String url,
    int listeners,
    Duration shutdownDeadline,
    Duration bodyTimeout,
    Duration maxWait,
    Duration streamKeepAlive,
    Duration streamReadTimeout,
    Limits limits,
    TaskRules tasks,
    MessageRules messages,
    Connection connection,
    OverloadSettings overload,
    Optional<Tls> tls) {

  public GatewaySettings {
    require(port >= 0 && port <= 65535, "port", "must be from 0 to 65535");
    require(
        url.equals("auto") || url.equals("none") || url.matches("https?://[!-~]+"),
        "url",
        "must be auto, none, or begin with http:// or https://, not " + url);
    requirePositive(listeners, "listeners");
    requirePositive(shutdownDeadline, "shutdown-deadline");
    requirePositive(bodyTimeout, "body-timeout");
    require(maxWait.toSeconds() >= 1, "max-wait", "must be at least 1 s");
    requirePositive(streamKeepAlive, "stream-keep-alive");
    requirePositive(streamReadTimeout, "stream-read-timeout");
    require(
        overload.connections() >= limits.requests() + limits.waiting() + overload.arriving(),
        "limits.connections",
        "must be at least limits.requests, limits.waiting and limits.arriving together, or none of"
            + " them is ever reached");
  }

  /**
   * Reads and checks the settings.
   *
   * @param config the whole configuration
   * @throws com.typesafe.config.ConfigException if one is missing or of a wrong kind
   * @throws IllegalArgumentException if one is out of its range
   */
  public static GatewaySettings from(Config config) {
    Config own = config.getConfig("longshore.gateway");
    Limits limits = Limits.from(own.getConfig("limits"));
    return new GatewaySettings(
        own.getString("host"),
        own.getInt("port"),
        own.getString("url"),
        own.getInt("listeners"),
        own.getDuration("shutdown-deadline"),
        own.getDuration("body-timeout"),
        own.getDuration("max-wait"),
        own.getDuration("stream-keep-alive"),
        own.getDuration("stream-read-timeout"),
        limits,
        TaskRules.from(own.getConfig("tasks")),
        MessageRules.from(own.getConfig("messages")),
        Connection.from(own.getConfig("connection")),
        OverloadSettings.from(own, limits),
        Tls.from(own.getConfig("tls")));
  }

  /** PEM files of the certificate, with what it is signed by, and of its key. */
  public record Tls(Path certificate, Path key) {
    public Tls {
      for (Path file : List.of(certificate, key)) {
        require(Files.isReadable(file), "tls", "names " + file + ", which cannot be read");
      }
    }

    private static Optional<Tls> from(Config config) {
      String certificate = config.getString("certificate");
      String key = config.getString("key");
      require(
          certificate.isBlank() == key.isBlank(), "tls", "needs a certificate and a key, or none");
      return certificate.isBlank()
          ? Optional.empty()
          : Optional.of(new Tls(Path.of(certificate), Path.of(key)));
    }
  }

  /**
   * Bounds of everything that could grow.
   *
   * @param requests handled at a time, waits apart
   * @param waiting requests that wait for something to happen
   * @param inFlightBytes of bodies held at a time by all requests
   * @param body bytes of a single thing
   * @param batchBody bytes of many things
   * @param batchItems tasks of one batch
   * @param leases acquired or settled in one call
   * @param pageSize agents or tasks on a page
   */
  public record Limits(
      int requests,
      int waiting,
      long inFlightBytes,
      int body,
      int batchBody,
      int batchItems,
      int leases,
      int pageSize) {

    /** What a connected agent takes of the heap, as {@code bench connected} measures it. */
    private static final long AGENT_BYTES = 90 << 10;

    private static final int MOST_WAITING = 16_384;

    public Limits {
      requirePositive(requests, "limits.requests");
      requirePositive(waiting, "limits.waiting");
      requirePositive(body, "limits.body");
      requirePositive(batchItems, "limits.batch-items");
      requirePositive(leases, "limits.leases");
      requirePositive(pageSize, "limits.page-size");
      require(batchBody >= body, "limits.batch-body", "must be at least limits.body");
      require(
          inFlightBytes >= batchBody,
          "limits.in-flight-bytes",
          "must be at least limits.batch-body, or no batch of that size ever gets in");
    }

    private static Limits from(Config config) {
      int batchBody = Math.toIntExact(config.getBytes("batch-body"));
      long inFlightBytes = HeapShare.bytes(config, "in-flight-bytes", 8, 256L << 20);
      boolean auto = config.getString("in-flight-bytes").equals("auto");
      return new Limits(
          config.getInt("requests"),
          HeapShare.count(config, "waiting", 2, AGENT_BYTES, MOST_WAITING),
          auto ? Math.max(batchBody, inFlightBytes) : inFlightBytes,
          Math.toIntExact(config.getBytes("body")),
          batchBody,
          config.getInt("batch-items"),
          config.getInt("leases"),
          config.getInt("page-size"));
    }
  }

  /**
   * What a task has that does not say otherwise, and what it may ask for.
   *
   * @param lease of a task that does not name one
   * @param minLease the shortest
   * @param maxLease the longest
   * @param attempts of a task that does not name them
   * @param maxAttempts the most
   * @param maxTtl how far off a deadline may be
   * @param region of a task that does not name one; empty for anywhere
   */
  public record TaskRules(
      Duration lease,
      Duration minLease,
      Duration maxLease,
      int attempts,
      int maxAttempts,
      Duration maxTtl,
      String region) {

    public TaskRules {
      requirePositive(minLease, "tasks.min-lease");
      require(
          lease.compareTo(minLease) >= 0 && lease.compareTo(maxLease) <= 0,
          "tasks.lease",
          "must be from tasks.min-lease to tasks.max-lease");
      require(
          attempts >= 1 && attempts <= maxAttempts,
          "tasks.attempts",
          "must be from 1 to tasks.max-attempts");
      requirePositive(maxTtl, "tasks.max-ttl");
    }

    private static TaskRules from(Config config) {
      return new TaskRules(
          config.getDuration("lease"),
          config.getDuration("min-lease"),
          config.getDuration("max-lease"),
          config.getInt("attempts"),
          config.getInt("max-attempts"),
          config.getDuration("max-ttl"),
          config.getString("region"));
    }
  }

  /**
   * How messages are read.
   *
   * @param receiveMax messages received in one call
   * @param streamBatch messages that a stream takes from the mailbox at a time
   */
  public record MessageRules(int receiveMax, int streamBatch) {

    public MessageRules {
      requirePositive(receiveMax, "messages.receive-max");
      requirePositive(streamBatch, "messages.stream-batch");
    }

    private static MessageRules from(Config config) {
      return new MessageRules(config.getInt("receive-max"), config.getInt("stream-batch"));
    }
  }

  /**
   * Connections of agents that want all on one.
   *
   * @param maxMessage bytes of what an agent says at a time
   * @param inFlight things an agent has said that are being done
   */
  public record Connection(int maxMessage, int inFlight) {

    public Connection {
      requirePositive(maxMessage, "connection.max-message");
      requirePositive(inFlight, "connection.in-flight");
    }

    private static Connection from(Config config) {
      return new Connection(
          Math.toIntExact(config.getBytes("max-message")), config.getInt("in-flight"));
    }
  }

  private static void requirePositive(int value, String name) {
    require(value > 0, name, "must be at least 1");
  }

  private static void requirePositive(Duration value, String name) {
    require(!value.isNegative() && !value.isZero(), name, "must be longer than nothing");
  }

  private static void require(boolean holds, String name, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("longshore.gateway.%s %s".formatted(name, rule));
    }
  }
}

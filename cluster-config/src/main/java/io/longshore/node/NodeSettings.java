package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.DatabaseSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;

/**
 * What is particular to one node; {@code application.conf} explains each value.
 *
 * @param cluster the cluster's name
 * @param host where other nodes reach it; {@code auto} for the machine's own address
 * @param joining how it finds the others
 * @param roles what the node does
 * @param region where it is; empty for nowhere in particular
 * @param expectedMembers how many members make the node ready
 * @param splitBrain which side of a cut goes on: {@link #KEEP_MAJORITY} or {@link #LEASE_MAJORITY}
 * @param tls certificates for what nodes say to each other
 * @param healthInterval how often health is looked at
 * @param drainDelay from its being told to stop, and not ready any more, until it stops listening
 * @param data where the embedded database lies
 * @param database which database keeps everything
 * @param databaseWait how long a node that starts waits for it
 */
public record NodeSettings(
    String cluster,
    String host,
    Joining joining,
    List<String> roles,
    String region,
    int expectedMembers,
    String splitBrain,
    Optional<Tls> tls,
    Duration healthInterval,
    Duration drainDelay,
    Path data,
    DatabaseSettings database,
    Duration databaseWait) {

  /** The larger side of a cut goes on. */
  public static final String KEEP_MAJORITY = "keep-majority";

  /** The side of a cut goes on that gets a lease in the database. */
  public static final String LEASE_MAJORITY = "lease-majority";

  /** How a node's region shows among the roles that members tell each other. */
  static final String REGION_ROLE = "region:";

  private static final Duration DRAIN_MARGIN = Duration.ofSeconds(5);
  private static final Pattern HOST_AND_PORT = Pattern.compile("[^:\\s]+:\\d{1,5}");
  private static final List<String> ROLES = List.of("gateway", "work");

  /**
   * How a node finds the others.
   *
   * @param seeds {@code host:port} of nodes to join
   * @param dns {@code name:port} of a name with the addresses of all nodes, in place of seeds; else
   *     empty
   * @param timeout how long it tries
   */
  public record Joining(List<String> seeds, String dns, Duration timeout) {
    public Joining {
      seeds = List.copyOf(seeds);
      for (String seed : seeds) {
        require(
            HOST_AND_PORT.matcher(seed).matches() && isAddress(seed),
            "longshore.node.seeds: a seed is host:port, a name of letters, digits, '-' and '.', or an"
                + " address of IPv4; not '"
                + seed
                + "'");
      }
      require(
          dns.isEmpty() || HOST_AND_PORT.matcher(dns).matches(),
          "longshore.node.seed-dns is name:port, not '" + dns + "'");
      require(
          dns.isEmpty() || seeds.isEmpty(),
          "Give longshore.node.seeds or longshore.node.seed-dns, not both");
      require(timeout.toMillis() >= 1_000, "longshore.node.join-timeout must be at least 1 s");
    }

    /** Whether nodes can call one so: URIs know fewer hosts than one might think of. */
    private static boolean isAddress(String hostAndPort) {
      try {
        return new URI("pekko://any@" + hostAndPort).getHost() != null;
      } catch (URISyntaxException e) {
        return false;
      }
    }

    /** Whether there are others to join. */
    boolean any() {
      return !seeds.isEmpty() || !dns.isEmpty();
    }
  }

  /** PEM files: the authority's certificate, the node's own certificate and its key. */
  public record Tls(Path ca, Path certificate, Path key) {
    public Tls {
      for (Path file : List.of(ca, certificate, key)) {
        require(Files.isReadable(file), "longshore.node.tls: there is no readable file " + file);
      }
      requireRsa(key);
    }

    /** Else nodes would find out only when they speak to each other, and not say why. */
    private static void requireRsa(Path key) {
      try {
        DERPrivateKeyLoader.load(PEMDecoder.decode(Files.readString(key)));
      } catch (Exception e) { // Scala throws checked ones without saying so
        throw new IllegalArgumentException(
            "longshore.node.tls.key: " + key + " is no RSA key in a PEM file", e);
      }
    }
  }

  public NodeSettings {
    roles = List.copyOf(roles);
    require(!host.isBlank(), "longshore.node.host must be a name or an address, or auto");
    require(
        !roles.isEmpty() && ROLES.containsAll(roles),
        "longshore.node.roles are " + ROLES + ", not " + roles);
    require(expectedMembers >= 1, "longshore.node.expected-members must be at least 1");
    require(
        splitBrain.equals(KEEP_MAJORITY) || splitBrain.equals(LEASE_MAJORITY),
        "longshore.node.split-brain is "
            + (KEEP_MAJORITY + " or " + LEASE_MAJORITY)
            + (", not '" + splitBrain + "'"));
    require(healthInterval.toMillis() >= 10, "longshore.node.health-interval: at least 10 ms");
    require(
        !drainDelay.isNegative() && drainDelay.toSeconds() <= 60,
        "longshore.node.drain-delay is from 0 s to 60 s");
    require(!databaseWait.isNegative(), "longshore.node.database.wait must not be negative");
    require(
        !database.isEmbedded() || (!joining.any() && expectedMembers == 1),
        "Several nodes need PostgreSQL: the embedded database serves one node only. Set"
            + " LONGSHORE_DB_URL=jdbc:postgresql://host:port/name (and LONGSHORE_DB_USER,"
            + " LONGSHORE_DB_PASSWORD) on every node.");
    require(
        !database.isEmbedded() || roles.contains("work"),
        "A node on the embedded database is alone, so longshore.node.roles must have work.");
  }

  /**
   * Reads {@code longshore.node}.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message says what to do
   */
  public static NodeSettings from(Config application) {
    Config config = application.getConfig("longshore.node");
    Path data = Path.of(config.getString("data")).toAbsolutePath().normalize();
    String url = config.getString("database.url");
    DatabaseSettings database =
        url.isBlank()
            ? DatabaseSettings.embedded(data.resolve("longshore").toString())
            : new DatabaseSettings(
                url,
                config.getString("database.user"),
                config.getString("database.password"),
                config.getInt("database.connections"));
    return new NodeSettings(
        config.getString("cluster"),
        config.getString("host"),
        new Joining(
            config.getStringList("seeds"),
            config.getString("seed-dns"),
            config.getDuration("join-timeout")),
        config.getStringList("roles"),
        config.getString("region"),
        config.getInt("expected-members"),
        config.getString("split-brain"),
        tls(config.getConfig("tls")),
        config.getDuration("health-interval"),
        config.getDuration("drain-delay"),
        data,
        database,
        config.getDuration("database.wait"));
  }

  private static Optional<Tls> tls(Config config) {
    List<String> files =
        List.of(config.getString("ca"), config.getString("certificate"), config.getString("key"));
    if (files.stream().allMatch(String::isBlank)) {
      return Optional.empty();
    }
    require(
        files.stream().noneMatch(String::isBlank),
        "longshore.node.tls needs ca, certificate and key, or none of them");
    return Optional.of(
        new Tls(Path.of(files.get(0)), Path.of(files.get(1)), Path.of(files.get(2))));
  }

  /** What Pekko and the journal plugin need to know of all this, to be laid over the rest. */
  Config toPekkoConfig() {
    Map<String, Object> values = new HashMap<>();
    List<String> memberRoles = new ArrayList<>(roles);
    if (!region.isEmpty()) {
      memberRoles.add(REGION_ROLE + region);
    }
    values.put("pekko.cluster.roles", memberRoles);
    values.put(
        "pekko.coordinated-shutdown.phases.before-service-unbind.timeout",
        drainDelay.plus(DRAIN_MARGIN));
    if (host.equals("auto")) {
      values.put("pekko.remote.artery.canonical.hostname", "<getHostAddress>");
    }
    String version = NodeSettings.class.getPackage().getImplementationVersion();
    if (version != null) {
      values.put("pekko.cluster.app-version", version);
    }
    tls.ifPresent(files -> values.putAll(pekkoTls(files)));
    return database.toPluginConfig().withFallback(ConfigFactory.parseMap(values));
  }

  private static Map<String, Object> pekkoTls(Tls files) {
    // Of a key store in memory, which nobody ever opens.
    byte[] password = new byte[24];
    new SecureRandom().nextBytes(password);
    String keys = "pekko.remote.artery.ssl.rotating-keys-engine.";
    return Map.of(
        "pekko.remote.artery.transport",
        "tls-tcp",
        "pekko.remote.artery.ssl.ssl-engine-provider",
        "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
        keys + "keystore-password",
        Base64.getEncoder().encodeToString(password),
        keys + "ca-cert-file",
        files.ca().toString(),
        keys + "cert-file",
        files.certificate().toString(),
        keys + "key-file",
        files.key().toString());
  }

  /**
   * The whole configuration of a node: flags over the environment over a file over the defaults.
   *
   * @param flags paths and values, such as {@code longshore.gateway.port}
   * @param file a configuration file, or an empty one
   */
  public static Config load(Map<String, ?> flags, Config file) {
    return Configuration.load(flags, System.getenv(), file);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}

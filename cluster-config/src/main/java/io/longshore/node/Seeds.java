package io.longshore.node;

import io.longshore.persistence.Leases;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node finds its cluster: alone, by a list of seeds, or by a DNS name. */
final class Seeds {
  private static final Logger log = LoggerFactory.getLogger(Seeds.class);

  private Seeds() {}

  /**
   * Begins to join; returns at once. A node that does not succeed in time stops by itself.
   *
   * @param dns gives the {@code host:port}s behind a {@code name:port}, none if there are none yet
   */
  static void join(
      ActorSystem<?> system,
      NodeSettings settings,
      Function<String, List<String>> dns,
      Clock clock) {
    MembershipLog.start(system);
    NodeSettings.Joining joining = settings.joining();
    if (joining.dns().isEmpty() && joining.seeds().isEmpty()) {
      Cluster.get(system).manager().tell(Join.create(system.address()));
      return;
    }
    Supplier<List<String>> seeds =
        joining.dns().isEmpty() ? joining::seeds : () -> dns.apply(joining.dns());
    OneCluster.join(system, settings, Leases.open(settings.database()), seeds, clock);
  }

  /**
   * The addresses of a name with its port, in order; those of IPv4 if it has any. None while the
   * name does not resolve. Blocks.
   */
  static List<String> lookUp(String nameAndPort) {
    int colon = nameAndPort.lastIndexOf(':');
    try {
      List<InetAddress> all =
          Arrays.asList(InetAddress.getAllByName(nameAndPort.substring(0, colon)));
      boolean four = all.stream().anyMatch(Inet4Address.class::isInstance);
      return all.stream()
          .filter(address -> !four || address instanceof Inet4Address)
          .map(address -> four ? address.getHostAddress() : "[" + address.getHostAddress() + "]")
          .map(host -> host + nameAndPort.substring(colon))
          .distinct()
          .sorted()
          .toList();
    } catch (UnknownHostException e) {
      log.info("{} does not resolve yet", nameAndPort.substring(0, colon));
      return List.of();
    }
  }
}

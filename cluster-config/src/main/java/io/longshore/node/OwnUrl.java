package io.longshore.node;

import io.longshore.gateway.GatewaySettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** At which URL workers that have asked at another node reach the API of this one. */
final class OwnUrl {
  private OwnUrl() {}

  /**
   * What is configured; else where it listens, or where it listens everywhere, as other nodes call
   * it. None if that is this machine's alone and other nodes are on others.
   *
   * @param clusterHost where other nodes reach this one
   */
  static Optional<String> of(
      GatewaySettings settings, InetSocketAddress bound, String clusterHost) {
    if (settings.url().equals("none")) {
      return Optional.empty();
    } else if (!settings.url().equals("auto")) {
      return Optional.of(settings.url());
    }
    InetAddress address = bound.getAddress();
    if (address == null || (address.isLoopbackAddress() && !isLoopback(clusterHost))) {
      return Optional.empty();
    }
    String host = address.isAnyLocalAddress() ? clusterHost : address.getHostAddress();
    String literal = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    String scheme = settings.tls().isPresent() ? "https" : "http";
    return Optional.of(scheme + "://" + literal + ":" + bound.getPort());
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}

package io.longshore.gateway;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Keeps requests that users cause away from the node's own network: from addresses that are not
 * public (RFC 6890), which include those where clouds keep a machine's secrets. It looks at the
 * very address that is connected to, so a name that changes its mind does not get by.
 */
final class AddressGuard {
  /** What lets requests go anywhere. */
  static final String SETTING = "longshore.agents.webhook.allow-private";

  /** An address where a URL has its host, in the only ways that a URI takes for one. */
  private static final Pattern LITERAL = Pattern.compile("\\[.*]|\\d+(\\.\\d+){3}");

  private final boolean allowPrivate;
  private final Resolver resolver;

  /** Which addresses a name has. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** The name has no address that may be connected to. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String host) {
      super(host + " has no public address; requests to others are off (" + SETTING + ")");
    }
  }

  AddressGuard(boolean allowPrivate, Resolver resolver) {
    this.allowPrivate = allowPrivate;
    this.resolver = resolver;
  }

  /**
   * The address to connect to. Blocks while the name is looked up.
   *
   * @throws RefusedException if the name has none that is allowed
   */
  InetAddress addressOf(String host) throws UnknownHostException {
    for (InetAddress address : resolver.resolve(host)) {
      if (allowPrivate || isPublic(address)) {
        return address;
      }
    }
    throw new RefusedException(host);
  }

  /**
   * Whether a URL's host is an address that may not be connected to. Nothing is known of a name
   * until it is connected to: it is not looked up.
   */
  boolean refuses(String host) {
    if (allowPrivate || !LITERAL.matcher(host).matches()) {
      return false;
    }
    try {
      return !isPublic(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return true;
    }
  }

  /** Whether anybody on the internet may be meant by it. */
  static boolean isPublic(InetAddress address) {
    boolean special =
        address.isAnyLocalAddress()
            || address.isLoopbackAddress()
            || address.isLinkLocalAddress()
            || address.isSiteLocalAddress()
            || address.isMulticastAddress();
    if (special) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? isPublic4(bytes)
        : isPublic6((Inet6Address) address, bytes);
  }

  private static boolean isPublic4(byte[] bytes) {
    int a = bytes[0] & 0xFF;
    int b = bytes[1] & 0xFF;
    int c = bytes[2] & 0xFF;
    return !(a == 0
        || (a == 100 && b >= 64 && b < 128)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100)))
        || (a == 203 && b == 0 && c == 113)
        // Where Azure's machines find their host, though the range is public.
        || (a == 168 && b == 63 && c == 129 && (bytes[3] & 0xFF) == 16)
        || a >= 240);
  }

  /** Global unicast, and no address of the old kind inside that is not public. */
  private static boolean isPublic6(Inet6Address address, byte[] bytes) {
    if (address.isIPv4CompatibleAddress()) {
      return embeds4(bytes, 12);
    }
    int first = ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
    int second = ((bytes[2] & 0xFF) << 8) | (bytes[3] & 0xFF);
    if (first == 0x2002) {
      return embeds4(bytes, 2);
    }
    if (first == 0x64 && second == 0xFF9B) {
      return embeds4(bytes, 12);
    }
    boolean special = first == 0x2001 && (second < 0x200 || second == 0xDB8);
    return (first & 0xE000) == 0x2000 && !special;
  }

  private static boolean embeds4(byte[] bytes, int at) {
    try {
      return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("Four bytes are an address", e);
    }
  }
}

package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.1.2.3",
        "2130706433",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:a00:1::",
        "2001:db8::1",
        "2001::1",
        "4000::1"
      })
  void when_an_address_is_not_public_then_it_is_refused(String address) throws Exception {
    assertFalse(AddressGuard.isPublic(InetAddress.getByName(address)), address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2001:4860::8888",
        "64:ff9b::101:101",
        "2002:101:101::"
      })
  void when_an_address_is_public_then_it_is_allowed(String address) throws Exception {
    assertTrue(AddressGuard.isPublic(InetAddress.getByName(address)), address);
  }

  @Test
  void when_a_name_has_several_addresses_then_a_public_one_is_taken_or_none() throws Exception {
    InetAddress inside = InetAddress.getByName("10.0.0.1");
    InetAddress outside = InetAddress.getByName("1.1.1.1");
    assertEquals(outside, guard(false, inside, outside).addressOf("mixed"));
    assertEquals(inside, guard(true, inside, outside).addressOf("mixed"));
    assertThrows(
        AddressGuard.RefusedException.class, () -> guard(false, inside).addressOf("inside"));
  }

  @Test
  void when_a_url_has_an_address_then_it_is_judged_and_a_name_is_not_looked_up() throws Exception {
    AddressGuard guard = guard(false);
    for (String inside :
        List.of(
            "127.0.0.1", "10.0.0.1", "010.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "[fe80::1%1]")) {
      assertTrue(guard.refuses(inside), inside);
    }
    for (String other : List.of("1.1.1.1", "[2606:4700::1111]", "localhost", "10.0.0.1.example")) {
      assertFalse(guard.refuses(other), other);
    }
    assertFalse(guard(true).refuses("127.0.0.1"));
  }

  private static AddressGuard guard(boolean allowPrivate, InetAddress... addresses)
      throws UnknownHostException {
    return new AddressGuard(allowPrivate, host -> addresses);
  }
}

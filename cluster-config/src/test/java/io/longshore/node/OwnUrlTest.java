package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.longshore.gateway.GatewaySettings;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnUrlTest {
  private static Optional<String> url(String configured, String bound, String clusterHost) {
    GatewaySettings settings =
        GatewaySettings.from(
            ConfigFactory.parseString("longshore.gateway.url = \"" + configured + "\"")
                .withFallback(ConfigFactory.load()));
    return OwnUrl.of(settings, new InetSocketAddress(bound, 8470), clusterHost);
  }

  @Test
  void when_it_listens_at_an_address_then_that_is_where_it_is() {
    assertEquals(Optional.of("http://10.0.0.7:8470"), url("auto", "10.0.0.7", "10.0.0.7"));
    assertEquals(Optional.of("http://127.0.0.1:8470"), url("auto", "127.0.0.1", "127.0.0.1"));
  }

  @Test
  void when_it_listens_everywhere_then_it_is_where_other_nodes_call_it() {
    assertEquals(Optional.of("http://node-3.local:8470"), url("auto", "0.0.0.0", "node-3.local"));
    assertEquals(Optional.of("http://[fd00::7]:8470"), url("auto", "::", "fd00::7"));
  }

  @Test
  void when_it_listens_for_its_machine_alone_and_others_are_elsewhere_then_nobody_is_told() {
    assertEquals(Optional.empty(), url("auto", "127.0.0.1", "10.0.0.7"));
  }

  @Test
  void when_a_url_is_configured_then_it_is_that_or_none() {
    assertEquals(
        Optional.of("https://north.example.org"),
        url("https://north.example.org", "127.0.0.1", "10.0.0.7"));
    assertEquals(Optional.empty(), url("none", "10.0.0.7", "10.0.0.7"));
    assertThrows(
        IllegalArgumentException.class, () -> url("north.example.org", "10.0.0.7", "10.0.0.7"));
  }
}

package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Several sockets at one port. */
class ListenersTest {
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final String HOST = "127.0.0.1";

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_several_listen_then_whoever_connects_is_served() throws Exception {
    Listeners listeners = get(bind(0));
    for (int i = 0; i < 50; i++) {
      assertEquals("HTTP/1.1 200 OK", statusLine(listeners.address()));
    }
    get(listeners.terminate(Duration.ofSeconds(5)));
    assertThrows(IOException.class, () -> statusLine(listeners.address()));
  }

  @Test
  void when_another_has_the_port_then_it_is_not_shared_with_it() throws Exception {
    Listeners listeners = get(bind(0));
    assertTaken(listeners.address().getPort());
    assertEquals("HTTP/1.1 200 OK", statusLine(listeners.address()));
    get(listeners.terminate(Duration.ofSeconds(5)));
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertTaken(other.getLocalPort());
    }
  }

  private static void assertTaken(int port) {
    ExecutionException taken = assertThrows(ExecutionException.class, () -> get(bind(port)));
    assertEquals(BindException.class, taken.getCause().getClass());
  }

  private static CompletionStage<Listeners> bind(int port) {
    return Listeners.bind(
        8,
        HOST,
        port,
        ServerSettings.create(testKit.system().settings().config()),
        (at, settings) ->
            Http.get(testKit.system())
                .newServerAt(HOST, at)
                .withSettings(settings)
                .bindSync(request -> HttpResponse.create()));
  }

  private static String statusLine(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
          .readLine();
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}

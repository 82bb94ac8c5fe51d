package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that speak to each other, to clients and to webhooks, with certificates. */
class TlsTest {
  @TempDir Path directory;

  @Test
  void when_nodes_have_certificates_then_they_join_and_one_without_or_with_a_foreign_one_does_not()
      throws Exception {
    Certificate own = Certificate.rsa(directory, "own");
    Certificate foreign = Certificate.rsa(directory, "foreign");
    Certificate web = Certificate.ec(directory, "web");
    List<Integer> ports = Ports.free(4);
    List<String> seeds = List.of("127.0.0.1:" + ports.get(0), "127.0.0.1:" + ports.get(1));
    Map<String, String> https =
        Map.of(
            "longshore.gateway.tls.certificate", web.certificate().toString(),
            "longshore.gateway.tls.key", web.key().toString());
    try (ManyNodes many = new ManyNodes();
        Node first = Node.start(many.config(node(ports.get(0), seeds, own.tls(), https)));
        Node second = Node.start(many.config(node(ports.get(1), seeds, own.tls(), Map.of())))) {
      Api.await("two are up", () -> second.health().ready().ready());
      URI url =
          URI.create(
              first.scheme() + "://127.0.0.1:" + first.httpAddress().orElseThrow().getPort());
      assertEquals("https", url.getScheme());
      HttpClient client = HttpClient.newBuilder().sslContext(web.client()).build();
      int status =
          client
              .send(
                  HttpRequest.newBuilder(url.resolve("/health/live")).build(),
                  BodyHandlers.discarding())
              .statusCode();
      assertEquals(200, status);

      Map<String, String> soon = Map.of("longshore.node.join-timeout", "3 s");
      Map<String, String> noTls = Map.of();
      for (var tls : List.of(noTls, foreign.tls())) {
        int port = ports.get(tls == noTls ? 2 : 3);
        try (Node stranger = Node.start(many.config(node(port, seeds, tls, soon)))) {
          stranger.stopped().join();
          assertEquals(Ending.NOT_JOINED, stranger.ending());
        }
      }
      assertEquals(2, Api.of(second).get("/v1/cluster").body().path("members").size());
      assertTrue(second.health().ready().ready(), second.health().ready().toString());
    }
  }

  @Test
  void when_the_key_is_none_that_nodes_can_use_then_they_say_so_at_the_start() {
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class,
            () ->
                Settings.from(
                    NodeSettings.load(
                        Certificate.ec(directory, "ec").tls(), ConfigFactory.empty())));
    assertTrue(String.valueOf(refused.getMessage()).contains("RSA"), refused.getMessage());
  }

  @Test
  void when_a_webhook_has_a_certificate_then_tasks_are_sent_to_it_if_java_trusts_it()
      throws Exception {
    Certificate trusted = Certificate.ec(directory, "trusted");
    HttpsServer good = webhook(trusted);
    HttpsServer bad = webhook(Certificate.ec(directory, "foreign"));
    Map<String, String> environment =
        Map.of(
            "LONGSHORE_DB_URL",
            "",
            "JDK_JAVA_OPTIONS",
            trusted.trustStore() + " -Dlongshore.agents.webhook.allow-private=true");
    try (ServeProcess node =
        ServeProcess.start(
            environment, "--cluster-port", "0", "--data", directory.resolve("data").toString())) {
      node.api().awaitReady();
      Api.Answer done = sent(node.api(), "good", good);
      assertEquals("completed", done.text("state"), done.toString());
      assertEquals("done", done.text("output"));
      Api.Answer failed = sent(node.api(), "bad", bad);
      assertEquals("failed", failed.text("state"), failed.toString());
      String why = failed.body().path("failure").path("message").asText();
      assertTrue(why.startsWith("webhook-unreachable"), why);
      assertTrue(why.contains("certificate"), why);
    } finally {
      good.stop(0);
      bad.stop(0);
    }
  }

  private static HttpsServer webhook(Certificate certificate) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = "\"done\"".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    return server;
  }

  /** The end of a task that is sent there and not tried again. */
  private static Api.Answer sent(Api api, String agent, HttpsServer webhook) {
    String registration =
        "{\"capabilities\": [\"%s\"], \"delivery\": {\"webhook\": {\"url\": \"https://127.0.0.1:%d/\"}}}"
            .formatted(agent, webhook.getAddress().getPort());
    assertEquals(201, api.put("/v1/agents/" + agent, registration).status());
    return api.post(
        "/v1/tasks",
        "{\"capability\": \"%s\", \"input\": 1, \"maxAttempts\": 1}".formatted(agent),
        "Prefer",
        "wait=60");
  }

  private static Map<String, Object> node(
      int port, List<String> seeds, Map<String, String> tls, Map<String, String> more) {
    Map<String, Object> flags = new HashMap<>(tls);
    flags.putAll(more);
    flags.put("longshore.node.port", port);
    flags.put("longshore.node.seeds", seeds);
    flags.put("longshore.node.expected-members", 2);
    return flags;
  }
}

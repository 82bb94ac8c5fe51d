package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A webhook: an HTTP server on a free port that answers as a test says. */
final class TestEndpoint implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private volatile Function<Request, Reply> answer = request -> new Reply(200, "\"done\"");

  /** What came. */
  record Request(HttpExchange exchange, byte[] bytes) {
    JsonNode json() {
      try {
        return MAPPER.readTree(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String header(String name) {
      return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }
  }

  /** What goes back; headers as name and value in turn. */
  record Reply(int status, String body, String... headers) {}

  TestEndpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = new Request(exchange, exchange.getRequestBody().readAllBytes());
      requests.add(request);
      Reply reply = answer.apply(request);
      for (int i = 0; i < reply.headers.length; i += 2) {
        exchange.getResponseHeaders().add(reply.headers[i], reply.headers[i + 1]);
      }
      byte[] body = reply.body.getBytes(UTF_8);
      exchange.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** From now on it answers so. */
  void answers(Function<Request, Reply> how) {
    answer = how;
  }

  /** From now on it answers so. */
  void answers(int status, String body, String... headers) {
    answer = request -> new Reply(status, body, headers);
  }

  String url() {
    return "http://127.0.0.1:%d/hook?x=1".formatted(server.getAddress().getPort());
  }

  /** The next request that came. */
  Request next() throws InterruptedException {
    Request request = requests.poll(60, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  /** How many came and were not asked for. */
  int more() {
    return requests.size();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

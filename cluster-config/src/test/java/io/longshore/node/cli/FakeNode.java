package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node of which only the HTTP side exists: answers what a test tells it to, and takes notes. */
public final class FakeNode implements AutoCloseable {
  static {
    // Else each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Route> routes = new CopyOnWriteArrayList<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  /** A node at a free port. */
  public FakeNode() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * What was asked.
   *
   * @param line method, path and query
   * @param id the part of the path that the route's group matched, or nothing
   */
  public record Call(String line, String id, Map<String, List<String>> headers, JsonNode body) {
    /** A header; empty if it was not sent. */
    public String header(String name) {
      return headers.getOrDefault(name, List.of("")).get(0);
    }
  }

  /** What is answered. */
  public record Reply(int status, String body, Map<String, String> headers) {
    /** 200 with this JSON, in which single quotes stand for double ones. */
    public static Reply ok(String json) {
      return new Reply(200, json.replace('\'', '"'), Map.of());
    }

    /** An error of this kind with this JSON, quoted likewise. */
    public static Reply problem(int status, String json) {
      return new Reply(status, json.replace('\'', '"'), Map.of());
    }

    /** The same reply with a header. */
    public Reply with(String name, String value) {
      return new Reply(status, body, Map.of(name, value));
    }
  }

  /** Answers a call; may block. */
  @FunctionalInterface
  public interface Handler {
    /** The answer. */
    Reply handle(Call call) throws Exception;
  }

  private record Route(Pattern line, Handler handler) {}

  /** Answers calls whose method and path (and query) match this; later ones come first. */
  public FakeNode on(String line, Handler handler) {
    routes.add(0, new Route(Pattern.compile(line), handler));
    return this;
  }

  /** Answers with the same JSON each time. */
  public FakeNode on(String line, String json) {
    return on(line, call -> Reply.ok(json));
  }

  /** Where it listens. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** All calls so far that match this. */
  public List<Call> calls(String line) {
    Pattern pattern = Pattern.compile(line);
    return calls.stream().filter(call -> pattern.matcher(call.line()).matches()).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    byte[] body = exchange.getRequestBody().readAllBytes();
    Reply reply = Reply.problem(404, "{'title': 'The test has no answer to " + line + "'}");
    for (Route route : routes) {
      Matcher matcher = route.line().matcher(line);
      if (matcher.matches()) {
        String id = matcher.groupCount() > 0 ? matcher.group(1) : "";
        Call call =
            new Call(line, id, Map.copyOf(exchange.getRequestHeaders()), parsed(exchange, body));
        calls.add(call);
        reply = answer(route, call);
        break;
      }
    }
    byte[] text = reply.body().getBytes(StandardCharsets.UTF_8);
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(reply.status(), text.length == 0 ? -1 : text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  /** A document, or an array of one for each line. */
  private static JsonNode parsed(HttpExchange exchange, byte[] body) throws IOException {
    if (!"application/x-ndjson".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      return Json.parse(body);
    }
    ArrayNode lines = Json.array();
    for (String line : new String(body, StandardCharsets.UTF_8).lines().toList()) {
      lines.add(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
    }
    return lines;
  }

  private static Reply answer(Route route, Call call) {
    try {
      return route.handler().handle(call);
    } catch (Exception e) {
      return Reply.problem(500, "{'title': 'The test has a fault: " + e + "'}");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

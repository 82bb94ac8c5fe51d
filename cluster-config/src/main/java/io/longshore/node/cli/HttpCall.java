package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One exchange over HTTP.
 *
 * <p>Made with {@link HttpURLConnection}, because a short command would spend more time on {@code
 * java.net.http.HttpClient} than on everything else: 0.3 s to start it, and 0.3 s at exit while the
 * JVM waits for its selector thread.
 */
final class HttpCall {
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final URI node;
  private final HttpURLConnection connection;
  private final byte[] body;

  private HttpCall(URI node, HttpURLConnection connection, byte[] body) {
    this.node = node;
    this.connection = connection;
    this.body = body;
  }

  /**
   * Makes it.
   *
   * @throws ApiException if the node refuses
   * @throws UnreachableException if no answer came
   */
  static ApiResponse make(URI node, ApiRequest request) {
    HttpCall call = connect(node, request);
    int status = call.exchange();
    byte[] text = call.read(status);
    boolean ok = status / 100 == 2;
    JsonNode body = MissingNode.getInstance();
    try {
      body = Json.parse(text);
    } catch (IOException notJson) {
      if (ok) {
        throw UnreachableException.notANode(node);
      }
    }
    if (!ok) {
      throw new ApiException(status, body, call.retryAfter());
    }
    return new ApiResponse(status, body);
  }

  /** Whether there is something to be read, of any kind. */
  static boolean succeeds(URI node, ApiRequest request) {
    try {
      HttpCall call = connect(node, request);
      int status = call.exchange();
      call.read(status);
      return status / 100 == 2;
    } catch (UnreachableException e) {
      return false;
    }
  }

  /**
   * Reads an answer line by line as it comes, up to its end or until {@code goesOn} says no.
   *
   * @throws ApiException if the node refuses
   * @throws UnreachableException if no answer came, or it broke off
   */
  static void stream(URI node, ApiRequest request, Predicate<String> goesOn) {
    HttpCall call = connect(node, request);
    int status = call.exchange();
    if (status / 100 != 2) {
      throw call.refused(status);
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(call.connection.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null && goesOn.test(line)) {
        line = lines.readLine();
      }
    } catch (IOException e) {
      throw UnreachableException.noAnswer(node, e);
    } finally {
      call.connection.disconnect();
    }
  }

  private ApiException refused(int status) {
    JsonNode problem = MissingNode.getInstance();
    try {
      problem = Json.parse(read(status));
    } catch (IOException notJson) {
      // Then the status says all there is to say.
    }
    return new ApiException(status, problem, retryAfter());
  }

  private static HttpCall connect(URI node, ApiRequest request) {
    try {
      URI target = URI.create(node.toString().replaceFirst("/+$", "") + request.path());
      HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection();
      connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
      connection.setReadTimeout(Math.toIntExact(request.timeout().toMillis()));
      connection.setInstanceFollowRedirects(false);
      connection.setRequestMethod(request.method());
      connection.setRequestProperty("Accept", "application/json, application/problem+json");
      request.headers().forEach(connection::setRequestProperty);
      byte[] body = request.bytes();
      if (request.body() != null) {
        connection.setRequestProperty(
            "Content-Type", request.lines() ? "application/x-ndjson" : "application/json");
      }
      if (!request.method().equals("GET")) {
        connection.setDoOutput(true);
        // Also keeps the JDK from repeating a POST behind our back.
        connection.setFixedLengthStreamingMode(body.length);
      }
      connection.connect();
      return new HttpCall(node, connection, body);
    } catch (IOException e) {
      throw UnreachableException.nobodyThere(node, e);
    }
  }

  /** Sends the body, if any, and waits for the status. */
  private int exchange() {
    try {
      if (connection.getDoOutput()) {
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body);
        }
      }
      int status = connection.getResponseCode();
      if (status < 0) {
        throw UnreachableException.notANode(node);
      }
      return status;
    } catch (ConnectException e) {
      // A connection kept from an earlier call was gone, and the JDK tried to make another.
      throw UnreachableException.nobodyThere(node, e);
    } catch (IOException e) {
      throw UnreachableException.noAnswer(node, e);
    }
  }

  /** Reads to the end, so that the connection can be used again. */
  private byte[] read(int status) {
    try (InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      throw UnreachableException.noAnswer(node, e);
    }
  }

  private @Nullable Duration retryAfter() {
    String value = connection.getHeaderField("Retry-After");
    return value != null && value.matches("[0-9]{1,9}")
        ? Duration.ofSeconds(Long.parseLong(value))
        : null;
  }
}

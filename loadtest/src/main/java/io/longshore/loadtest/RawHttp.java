package io.longshore.loadtest;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection that is kept open and costs next to nothing: on a machine that client and
 * node share, a heavier client would be most of what is measured.
 */
final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int BUFFER = 64 * 1024;
  private static final String NODE = "longshore-node:";
  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;

  RawHttp(URI base) throws IOException {
    socket = new Socket(InetAddress.getByName(base.getHost()), base.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER);
  }

  /**
   * What came back; the body is as long as it was.
   *
   * @param node which one it says has the agent; null if it says none
   */
  record Response(int status, byte[] body, @Nullable String node) {}

  /** A whole request as bytes, to be sent again and again. */
  static byte[] post(String path, String contentType, byte[] body) {
    return request("POST", path, contentType, body);
  }

  /** A whole request as bytes. */
  static byte[] request(String method, String path, String contentType, byte[] body) {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: bench\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[headBytes.length + body.length];
    System.arraycopy(headBytes, 0, all, 0, headBytes.length);
    System.arraycopy(body, 0, all, headBytes.length, body.length);
    return all;
  }

  /** Sends a request and waits for the answer. */
  Response exchange(byte[] request) throws IOException {
    send(request);
    flush();
    return receive();
  }

  /** Gathers a request behind those not yet flushed. */
  void send(byte[] request) throws IOException {
    out.write(request);
  }

  /** Sends what was gathered. */
  void flush() throws IOException {
    out.flush();
  }

  /** Waits for the answer to the first request that has none. */
  Response receive() throws IOException {
    String[] start = line().split(" ", 3);
    int status = Integer.parseInt(start[1]);
    int length = 0;
    String node = null;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      } else if (lower.startsWith(NODE)) {
        node = header.substring(NODE.length()).strip();
      } else if (lower.startsWith("transfer-encoding:")) {
        throw new IOException("This client cannot read an answer of unknown length");
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("The connection ended within an answer");
    }
    return new Response(status, body, node);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("The connection ended before an answer");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Closes all of these. */
  static void closeAll(List<RawHttp> connections) {
    for (RawHttp connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

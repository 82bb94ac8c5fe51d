package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of a stream of events, read line by line. Closed like one that goes away. */
final class EventClient implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Socket socket = new Socket();
  private final BufferedReader in;
  private final StringBuilder text = new StringBuilder();
  final List<String> head = new ArrayList<>();

  /** The lines read so far that belong to no event: comments and {@code retry}. */
  final List<String> asides = new ArrayList<>();

  /** One event as it arrived. */
  record Event(@Nullable String id, String name, JsonNode data) {}

  /** Opens a stream and reads its head. */
  EventClient(Api api, String path, String... headers) throws IOException {
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout(60_000);
    socket.connect(api.address());
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: x\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    socket.getOutputStream().write(request.append("\r\n").toString().getBytes(UTF_8));
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
  }

  /** The next event; null at the end of the stream. */
  @Nullable Event next() throws IOException {
    String id = null;
    String name = "message";
    StringBuilder data = new StringBuilder();
    for (String line = line(); line != null; line = line()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data.append(line.substring(6));
      } else if (!line.isEmpty()) {
        asides.add(line);
      } else if (data.length() > 0) {
        return new Event(id, name, MAPPER.readTree(data.toString()));
      }
    }
    return null;
  }

  /** The next comment; events before it are passed over. */
  String comment() throws IOException {
    String line = line();
    while (line != null && !line.startsWith(":")) {
      line = line();
    }
    return String.valueOf(line);
  }

  private @Nullable String line() throws IOException {
    while (text.indexOf("\n") < 0) {
      if (!readChunk()) {
        return null;
      }
    }
    int end = text.indexOf("\n");
    String line = text.substring(0, end);
    text.delete(0, end + 1);
    return line;
  }

  private boolean readChunk() throws IOException {
    int length = Integer.parseInt(in.readLine(), 16);
    for (int bytes = 0; bytes < length; ) {
      int next = in.read();
      text.append((char) next);
      bytes += Character.toString(next).getBytes(UTF_8).length;
    }
    in.readLine();
    return length > 0;
  }

  @Override
  public void close() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}

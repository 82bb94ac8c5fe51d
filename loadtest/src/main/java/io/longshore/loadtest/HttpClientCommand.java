package io.longshore.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The client process of a benchmark over HTTP. Does a slice for every line it reads, which says how
 * many milliseconds, and answers it with two lines: what {@link #read} reads, and the ids of the
 * tasks that were accepted. Ends with its input.
 */
@Command(name = "http-client", hidden = true)
final class HttpClientCommand implements Callable<Integer> {
  @Option(names = "--url", required = true, split = ",", description = "Lives may use several.")
  List<URI> urls = List.of();

  @Option(names = "--connections", required = true)
  int connections;

  @Option(names = "--batch", required = true, description = "Items a request; 0: one alone.")
  int batch;

  @Option(names = "--agents", defaultValue = "0", description = "So many do the tasks as well.")
  int agents;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Whole lives a second at most; 0 for as many as it can.")
  int rate;

  @Option(names = "--messages", description = "Messages instead of tasks.")
  boolean messages;

  @Option(names = "--pipeline", defaultValue = "1", description = "Requests under way at once.")
  int pipeline;

  @Option(names = "--input-bytes", required = true, description = "Of each task.")
  int inputBytes;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Driver driver = driver(urls.get(0), new BenchInputs(inputBytes))) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Slice slice = driver.run(Duration.ofMillis(Long.parseLong(line)));
        System.out.println(written(slice));
        System.out.println(String.join(",", driver.acceptedIds()));
      }
    }
    return 0;
  }

  private Driver driver(URI server, BenchInputs inputs) throws IOException {
    if (messages) {
      return new HttpMessages(server, connections, inputs, batch, pipeline, agents);
    }
    if (agents > 0) {
      return HttpLives.start(urls, connections, inputs, batch, agents, rate);
    }
    return batch == 0
        ? HttpDriver.single(server, connections, inputs)
        : HttpDriver.batches(server, connections, inputs, batch);
  }

  /** What sends. */
  interface Driver extends AutoCloseable {
    /** Sends for so long. */
    Slice run(Duration length) throws InterruptedException;

    /** The ids of the tasks accepted since it was asked last that have not ended. */
    List<String> acceptedIds();

    @Override
    void close();
  }

  private static String written(Slice slice) {
    ByteBuffer buffer = ByteBuffer.allocate(slice.micros().getNeededByteBufferCapacity());
    int length = slice.micros().encodeIntoByteBuffer(buffer);
    String micros = Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    return slice.done() + " " + slice.seconds() + " " + slice.failed() + " " + micros;
  }

  /** What a slice's first line says. */
  static Slice read(String line) {
    String[] parts = line.split(" ", -1);
    ByteBuffer micros = ByteBuffer.wrap(Base64.getDecoder().decode(parts[3]));
    return new Slice(
        Long.parseLong(parts[0]),
        Double.parseDouble(parts[1]),
        Long.parseLong(parts[2]),
        Histogram.decodeFromByteBuffer(micros, ClosedLoop.MAX_MICROS));
  }
}

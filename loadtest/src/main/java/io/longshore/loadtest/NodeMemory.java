package io.longshore.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Looks from outside at the memory of a node on this machine. */
final class NodeMemory {
  private static final Pattern USED = Pattern.compile("heap\\s+total \\d+K, used (\\d+)K");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern MAILBOXES =
      Pattern.compile("(?m)^longshore_mailboxes_live(?:\\{.*?\\})? (\\S+)$");
  private static final int KIB = 1_024;

  /** Garbage that only a second collection finds is garbage too. */
  private static final int COLLECTIONS = 2;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final long pid;

  NodeMemory(JavaProcess.Running node) {
    url = node.url();
    pid = node.process().pid();
  }

  /**
   * What was seen.
   *
   * @param heapBytes in use after collecting garbage
   * @param residentBytes of the whole process, as the system counts
   * @param mailboxes in memory
   */
  record Seen(long heapBytes, long residentBytes, long mailboxes) {}

  /** Has the node collect garbage and looks. */
  Seen look() throws IOException, InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      ask("GC.run");
    }
    String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    return new Seen(
        KIB * found(USED, ask("GC.heap_info")), KIB * found(RESIDENT, status), mailboxes());
  }

  /** How many mailboxes are in memory, as of some seconds ago. */
  long mailboxes() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/metrics")).build();
    Matcher matcher = MAILBOXES.matcher(http.send(request, BodyHandlers.ofString()).body());
    return matcher.find() ? (long) Double.parseDouble(matcher.group(1)) : 0;
  }

  private static long found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("Nothing there like " + pattern + ": " + text);
    }
    return Long.parseLong(matcher.group(1));
  }

  private String ask(String what) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), what).start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String said = output.lines().collect(Collectors.joining("\n"));
      if (process.waitFor() != 0) {
        throw new IOException("The node's process does not answer: " + said);
      }
      return said;
    }
  }
}

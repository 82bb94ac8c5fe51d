package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tests that the pages about failures and refusals name are there. */
class FailuresTest {
  private static final Path ROOT = Path.of("..");

  /** {@code `ATest.when_x_then_y` (floor)}; a class alone names all of its tests. */
  private static final Pattern NAMED =
      Pattern.compile("`(?<type>[A-Z]\\w+Test)(\\.(?<method>\\w+))?`( \\((?<floor>[a-z-]+)\\))?");

  @Test
  void when_a_page_names_a_test_then_it_is_there() throws IOException {
    List<Path> sources = sources();
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (String page : List.of("failures.md", "overload.md")) {
      Matcher test = NAMED.matcher(Files.readString(ROOT.resolve("docs").resolve(page)));
      while (test.find()) {
        named++;
        if (!isIn(sources, test.group("floor"), test.group("type"), test.group("method"))) {
          missing.add(page + ": " + test.group());
        }
      }
    }
    assertTrue(named > 50, "the pages name tests in another way than is looked for");
    assertEquals(List.of(), missing);
  }

  private static boolean isIn(
      List<Path> sources, @Nullable String floor, String type, @Nullable String method)
      throws IOException {
    for (Path source : sources) {
      if (source.endsWith(type + ".java")
          && (floor == null || source.startsWith(ROOT.resolve(floor)))
          && (method == null
              || Pattern.compile("\\b" + method + "\\(")
                  .matcher(Files.readString(source))
                  .find())) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> floors = Files.list(ROOT)) {
      for (Path tests : floors.map(floor -> floor.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files.filter(file -> file.toString().endsWith("Test.java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}

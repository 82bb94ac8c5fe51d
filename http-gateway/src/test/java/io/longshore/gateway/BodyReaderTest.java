package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading bodies: what is taken, and what is said of what is wrong. */
class BodyReaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{ \"a\" : [ 1 , { \"b\" : null } ] }",
        "\"text\"",
        "\"\"",
        "\"\\u00e9 \\\" é 😀 ]}\"",
        "\"\\ud800\"",
        "0",
        "-0.0",
        "-12",
        "1.50",
        "1e400",
        "123456789012345678901234567890",
        "true",
        "false",
        "null"
      })
  void when_a_value_is_raw_then_its_very_bytes_are_taken(String value) {
    for (String space : List.of("", " ", "\n\t ")) {
      String object = "{\"x\":" + space + value + space + ",\"y\":1}";
      String last = "{\"y\":1,\"x\":" + space + value + space + "}";
      String array = "[" + space + value + space + "," + value + "]";
      assertEquals(List.of(value), rawFields(object), object);
      assertEquals(List.of(value), rawFields(last), last);
      assertEquals(List.of(value, value), rawElements(array), array);
      assertEquals(value, raw(space + value + space));
    }
  }

  @Test
  void when_a_value_is_read_out_of_the_middle_then_its_bytes_are_those_of_there() {
    byte[] lines = "{\"x\":1}\n{\"x\": [\"é\"] }\n".getBytes(StandardCharsets.UTF_8);
    List<String> values = new ArrayList<>();
    Violations violations = new Violations();
    Document.read(
        lines,
        8,
        lines.length - 9,
        violations,
        in -> in.object(name -> values.add(text(in.raw(100)))));
    assertEquals(List.of("[\"é\"]"), values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{]",
        "{} {}",
        "{}x",
        "{\"x\":1,}",
        "{\"x\" 1}",
        "{'x':1}",
        "{\"x\":01}",
        "{\"x\":+1}",
        "{\"x\":NaN}",
        "{\"x\":tru}",
        "{\"x\":\"\n\"}",
        "{\"x\":\"\\x\"}",
        "{\"x\":1}/* */",
        "\uFEFF{}",
        "nul"
      })
  void when_it_is_no_json_then_it_is_malformed(String body) {
    ProblemException thrown = assertThrows(ProblemException.class, () -> rawFields(body));
    assertEquals(ProblemType.MALFORMED_REQUEST, thrown.problem().type());
  }

  @Test
  void when_it_is_nested_too_deep_then_it_is_malformed() {
    String deep = "[".repeat(Json.MAX_NESTING + 1) + "]".repeat(Json.MAX_NESTING + 1);
    ProblemException thrown = assertThrows(ProblemException.class, () -> raw(deep));
    assertEquals(ProblemType.MALFORMED_REQUEST, thrown.problem().type());
    String allowed = "[".repeat(Json.MAX_NESTING) + "]".repeat(Json.MAX_NESTING);
    assertEquals(allowed, raw(allowed));
  }

  @Test
  void when_it_is_utf16_then_it_is_malformed() {
    byte[] body = "{\"x\":1}".getBytes(StandardCharsets.UTF_16BE);
    assertThrows(
        ProblemException.class,
        () -> Document.read(body, new Violations(), in -> in.object(name -> in.unknown())));
  }

  @Test
  void when_much_is_wrong_then_all_of_it_is_told_and_each_thing_once() {
    Violations violations = new Violations();
    String body =
        """
        {"text": 5, "id": "a b", "ids": ["ok", "", 7, null], "whole": 1.5, "seconds": "x",
         "instant": "yesterday", "bool": 1, "labels": {"a:b": "x", "c": 1, "d": null},
         "unknown": {"deep": [1, {}]}, "text": "again", "a/b~c": 1}""";
    Document.read(
        body.getBytes(StandardCharsets.UTF_8),
        violations,
        in ->
            in.object(
                name -> {
                  switch (name) {
                    case "text" -> in.text(10);
                    case "id" -> in.id();
                    case "ids" -> in.ids(10);
                    case "whole" -> in.whole(1, 10, 5);
                    case "seconds" -> in.seconds(Duration.ZERO, Duration.ofSeconds(5));
                    case "instant" -> in.instant();
                    case "bool" -> in.bool(true);
                    case "labels" -> LabelsBody.read(in);
                    default -> in.unknown();
                  }
                }));
    assertEquals(
        List.of(
            "/text must be a string",
            "/id " + Text.ID_RULE,
            "/ids/1 " + Text.ID_RULE,
            "/ids/2 must be a string",
            "/ids/3 " + Text.ID_RULE,
            "/whole must be a whole number",
            "/seconds must be a number of seconds",
            "/instant must be a time like 2030-01-31T12:00:00Z",
            "/bool must be true or false",
            "/labels/a:b is a label's name, which " + Text.ID_RULE,
            "/labels/c must be a string",
            "/labels/d must be a string",
            "/unknown is not a field known here",
            "/text is there twice",
            "/a~1b~0c is not a field known here"),
        violations.problem().errors().stream().map(v -> v.at() + " " + v.detail()).toList());
  }

  @Test
  void when_there_are_more_violations_than_anyone_reads_then_the_rest_is_skipped() {
    StringBuilder body = new StringBuilder("{\"f\":0");
    for (int i = 0; i < 100_000; i++) {
      body.append(",\"f").append(i).append("\":0");
    }
    Violations violations = new Violations();
    Document.read(
        body.append('}').toString().getBytes(StandardCharsets.UTF_8),
        violations,
        in -> in.object(name -> in.unknown()));
    assertEquals(50, violations.problem().errors().size());
  }

  @Test
  void when_text_has_half_a_surrogate_then_it_is_refused() {
    Violations violations = new Violations();
    Document.read(
        "{\"x\": \"\\ud800\", \"y\": \"\\ud83d\\ude00\"}".getBytes(StandardCharsets.UTF_8),
        violations,
        in -> in.object(name -> in.text(10)));
    assertEquals(List.of("/x"), violations.problem().errors().stream().map(Violation::at).toList());
  }

  @Test
  void when_a_number_of_seconds_is_read_then_it_is_exact_to_the_millisecond() {
    Violations violations = new Violations();
    List<Long> millis = new ArrayList<>();
    Document.read(
        "[0, 0.001, 1.5, 43200, 1e-999999999, 43200.001, -0.001, 1e999999999]"
            .getBytes(StandardCharsets.UTF_8),
        violations,
        in -> {
          in.array(
              9,
              () -> {
                Long read = in.seconds(Duration.ZERO, Duration.ofHours(12));
                if (read != null) {
                  millis.add(read);
                }
              });
          return millis;
        });
    assertEquals(List.of(0L, 1L, 1500L, 43_200_000L, 0L), millis);
    assertEquals(
        List.of("/5", "/6", "/7"),
        violations.problem().errors().stream().map(Violation::at).toList());
    assertEquals("must be from 0 to 43200 seconds", violations.problem().errors().get(0).detail());
  }

  private static List<String> rawFields(String body) {
    List<String> values = new ArrayList<>();
    Document.read(
        body.getBytes(StandardCharsets.UTF_8),
        new Violations(),
        in ->
            in.object(
                name -> {
                  String value = text(in.raw(1000));
                  if (!name.equals("y")) {
                    values.add(value);
                  }
                }));
    return values;
  }

  private static List<String> rawElements(String body) {
    List<String> values = new ArrayList<>();
    Document.read(
        body.getBytes(StandardCharsets.UTF_8),
        new Violations(),
        in -> {
          in.array(10, () -> values.add(text(in.raw(1000))));
          return values;
        });
    return values;
  }

  private static String raw(String body) {
    return Document.read(
        body.getBytes(StandardCharsets.UTF_8), new Violations(), in -> text(in.raw(10_000)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

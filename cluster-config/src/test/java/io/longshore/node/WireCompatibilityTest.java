package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * While nodes are replaced one by one, two versions talk to each other. {@code golden/wire.txt} has
 * a message of every kind as each version wrote it: the class, the serializer, the manifest, the
 * bytes, and what they say. Its lines are never changed or removed, only added to.
 */
class WireCompatibilityTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GOLDEN = "/golden/wire.txt";
  private static final Path MISSING = Path.of("target", "wire-missing.txt");
  private static final byte[] OF_TOMORROW = {0x68, 't', 'o', 'm', 'o', 'r', 'r', 'o', 'w', 1};
  private static final int CBOR_MAP = 0xBF;
  private static final int CBOR_BREAK = 0xFF;

  private static final ActorSystem<Void> system =
      ActorSystem.create(
          Behaviors.empty(),
          "wire",
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load("reference.conf")));

  private static final Serialization serialization =
      SerializationExtension.get(Adapter.toClassic(system));

  private final WireSample samples = new WireSample(system.deadLetters());

  @AfterAll
  static void stop() {
    system.terminate();
  }

  /** A line of the file. */
  private record Golden(String type, int serializer, String manifest, byte[] bytes, JsonNode said) {
    String line() {
      String encoded = Base64.getEncoder().encodeToString(bytes);
      return String.join(" ", type, "" + serializer, manifest, encoded, said.toString());
    }

    static Golden parse(String line) {
      String[] parts = line.split(" ", 5);
      try {
        return new Golden(
            parts[0],
            Integer.parseInt(parts[1]),
            parts[2],
            Base64.getDecoder().decode(parts[3]),
            JSON.readTree(parts[4]));
      } catch (JsonProcessingException e) {
        throw new AssertionError(line, e);
      }
    }
  }

  private static List<Golden> golden() throws IOException {
    try (InputStream file = WireCompatibilityTest.class.getResourceAsStream(GOLDEN)) {
      String text = file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(Golden::parse).toList();
    }
  }

  /** Whatever is bound to a serializer of what travels. */
  private static Stream<Class<?>> travelling() {
    Config bindings = system.settings().config().getConfig("pekko.actor.serialization-bindings");
    return bindings.entrySet().stream()
        .filter(
            binding ->
                Set.of("jackson-cbor", "longshore-partition-wire")
                    .contains(binding.getValue().unwrapped()))
        .map(binding -> ConfigUtil.splitPath(binding.getKey()).get(0))
        .filter(name -> name.startsWith("io.longshore."))
        .sorted()
        .flatMap(name -> WireSample.leaves(load(name)))
        .distinct();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new LinkageError(name, e);
    }
  }

  private Golden written(Class<?> type) {
    Object sample = samples.of(type);
    Serializer serializer = serialization.findSerializerFor(sample);
    return new Golden(
        type.getName(),
        serializer.identifier(),
        Serializers.manifestFor(serializer, sample),
        serialization.serialize(sample).get(),
        WireSample.said(sample));
  }

  private static Object read(Golden golden, byte[] bytes) {
    return serialization.deserialize(bytes, golden.serializer(), golden.manifest()).get();
  }

  @Test
  void when_an_older_version_has_written_a_message_then_it_is_read_as_it_was_meant()
      throws IOException {
    for (Golden one : golden()) {
      JsonNode said = WireSample.said(read(one, one.bytes()));
      assertTrue(WireSample.says(one.said(), said), () -> one.type() + " now says " + said);
    }
  }

  @Test
  void when_a_newer_version_has_added_a_field_then_it_is_passed_over() throws IOException {
    int grown = 0;
    for (Golden one : golden()) {
      byte[] bytes = one.bytes();
      int last = bytes.length - 1;
      if (last > 0 && (bytes[0] & 0xFF) == CBOR_MAP && (bytes[last] & 0xFF) == CBOR_BREAK) {
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.writeBytes(Arrays.copyOf(bytes, last));
        more.writeBytes(OF_TOMORROW);
        more.write(CBOR_BREAK);
        JsonNode said = WireSample.said(read(one, more.toByteArray()));
        assertTrue(WireSample.says(one.said(), said), () -> one.type() + " now says " + said);
        grown++;
      }
    }
    assertFalse(grown == 0, "nothing was tested");
  }

  @Test
  void when_a_message_is_new_or_has_a_new_field_then_it_has_a_golden_line() throws IOException {
    Set<String> known =
        golden().stream().map(one -> one.type() + one.said()).collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    travelling()
        .map(this::written)
        .filter(one -> !known.contains(one.type() + one.said()))
        .forEach(one -> missing.add(one.line()));
    Files.createDirectories(MISSING.getParent());
    Files.write(MISSING, missing);
    assertEquals(
        List.of(),
        missing.stream().map(line -> line.substring(0, line.indexOf(' '))).toList(),
        "Append cluster-config/" + MISSING + " to src/test/resources" + GOLDEN);
  }
}

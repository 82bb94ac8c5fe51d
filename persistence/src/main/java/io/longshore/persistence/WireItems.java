package io.longshore.persistence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * The commands or replies of a batch as they travel: each is written by the serializer that its
 * floor has bound to it; the pairs of serializer and manifest are few and stand once per batch.
 */
final class WireItems {
  private final Serialization serialization;

  WireItems(Serialization serialization) {
    this.serialization = serialization;
  }

  /** Which serializer reads an item, and as what. */
  record Kind(int serializer, String manifest) {}

  /** An item that is written already: it travels as if it were the item. */
  record Written(Kind kind, byte[] bytes) {}

  /** How all items of a class are written. */
  private record Way(Serializer serializer, int kind) {}

  /** Writes an item before the batch that it is a part of, so that its size is known. */
  Written write(Object item) {
    return new Written(
        kind(serialization.findSerializerFor(item), item), serialization.serialize(item).get());
  }

  private static Kind kind(Serializer serializer, Object item) {
    return new Kind(serializer.identifier(), Serializers.manifestFor(serializer, item));
  }

  void writeAll(List<?> items, BlobWriter out) {
    Map<Kind, Integer> kinds = new LinkedHashMap<>();
    Map<Class<?>, Way> ways = new HashMap<>();
    BlobWriter body = new BlobWriter(items.size() * 128);
    for (Object item : items) {
      if (item instanceof Written written) {
        body.number(numberOf(written.kind(), kinds)).bytes(written.bytes());
      } else {
        // A class has one manifest: Jackson's is its name.
        Way way = ways.computeIfAbsent(item.getClass(), type -> way(item, kinds));
        body.number(way.kind()).bytes(way.serializer().toBinary(item));
      }
    }
    out.number(kinds.size());
    kinds.keySet().forEach(kind -> out.number(kind.serializer()).text(kind.manifest()));
    out.number(items.size()).rest(body);
  }

  private Way way(Object item, Map<Kind, Integer> kinds) {
    Serializer serializer = serialization.findSerializerFor(item);
    return new Way(serializer, numberOf(kind(serializer, item), kinds));
  }

  private static int numberOf(Kind kind, Map<Kind, Integer> kinds) {
    Integer known = kinds.putIfAbsent(kind, kinds.size());
    return known == null ? kinds.size() - 1 : known;
  }

  List<Object> readAll(BlobReader in) {
    int kindCount = in.count();
    List<Kind> kinds = new ArrayList<>();
    for (int i = 0; i < kindCount; i++) {
      kinds.add(new Kind((int) in.number(), in.text()));
    }
    int count = in.count();
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind kind = in.oneOf(kinds);
      items.add(serialization.deserialize(in.bytes(), kind.serializer(), kind.manifest()).get());
    }
    return items;
  }
}

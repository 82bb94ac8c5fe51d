package io.longshore.persistence;

import java.util.ArrayList;
import java.util.List;

/**
 * All events of one group commit in one journal row.
 *
 * <p>Format 1: the number 1, the distinct logical names in order of first use, the count of events,
 * then for each event the index of its name and its length-prefixed fields. Names stand in the row
 * itself, so a tool can list a journal without the code that wrote it. {@link Packed} where that
 * saves something.
 */
public final class EventBatch implements Stored {
  private static final int FORMAT = 1;
  private final byte[] blob;

  /** A batch as read from the journal. */
  public EventBatch(byte[] blob) {
    this.blob = blob;
  }

  /** Encodes {@code events} in order. */
  public static <E> EventBatch of(List<E> events, BlobCodec<E> codec) {
    List<String> names = new ArrayList<>();
    int last = -1;
    BlobWriter body = new BlobWriter(events.size() * 256);
    for (E event : events) {
      String name = codec.name(event);
      if (last < 0 || !names.get(last).equals(name)) {
        last = indexOf(name, names);
      }
      body.number(last).nested(fields -> codec.write(event, fields));
    }
    BlobWriter head = new BlobWriter(256);
    head.number(FORMAT).texts(names).number(events.size());
    return new EventBatch(Packed.pack(head.toBytes(body)));
  }

  /** There are few names, and most events have that of the one before. */
  private static int indexOf(String name, List<String> names) {
    int known = names.indexOf(name);
    if (known >= 0) {
      return known;
    }
    names.add(name);
    return names.size() - 1;
  }

  /**
   * Decodes the events in order.
   *
   * @throws IllegalArgumentException if the row is damaged or of a newer version
   */
  public <E> List<E> events(BlobCodec<E> codec) {
    BlobReader in = new BlobReader(Packed.unpack(blob));
    long format = in.number();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "Journal format " + format + " is newer than this version can read; upgrade this node");
    }
    List<String> names = in.texts();
    int count = in.count();
    List<E> events = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      String name = in.oneOf(names);
      events.add(codec.read(name, in.nested()));
    }
    in.expectEnd();
    return events;
  }

  /**
   * The events in order, each as far as it is known.
   *
   * @throws IllegalArgumentException if the row is damaged or of a newer version
   */
  public List<JournalEntry> entries(BlobCodec<?> codec) {
    return events(
        new BlobCodec<JournalEntry>() {
          @Override
          public String name(JournalEntry entry) {
            return entry.name();
          }

          @Override
          public void write(JournalEntry entry, BlobWriter out) {
            throw new UnsupportedOperationException("For reading only");
          }

          @Override
          public JournalEntry read(String name, BlobReader in) {
            return JournalEntry.read(name, in, codec);
          }
        });
  }

  @Override
  public byte[] blob() {
    return blob;
  }
}

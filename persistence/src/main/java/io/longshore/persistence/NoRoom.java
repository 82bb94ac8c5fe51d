package io.longshore.persistence;

/**
 * A partition's reply that it holds as much as it may: {@link Partitions} counts it at the door of
 * the partitions' kind.
 */
public interface NoRoom {

  /** What there is too little room for, in one of a few fixed words: a metric's reason. */
  String lacking();
}

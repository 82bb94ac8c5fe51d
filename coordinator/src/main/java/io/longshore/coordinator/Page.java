package io.longshore.coordinator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, newest first. May be short, even empty, and still not the last.
 *
 * @param items on this page
 * @param next what the next page comes before; null if this is the last
 */
public record Page<T>(List<T> items, @Nullable String next) {}

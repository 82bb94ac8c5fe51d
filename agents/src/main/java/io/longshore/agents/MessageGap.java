package io.longshore.agents;

import org.jspecify.annotations.Nullable;

/**
 * Messages that a reader will not get: dropped by the overflow policy, out of date, or gone from
 * the mailbox's memory before the reader resumed.
 *
 * @param after the last one before the gap; null if it was the mailbox's first
 * @param before the next one that the reader can get; null if none is there yet
 * @param missed how many at most; null if nobody knows, as after the mailbox has begun a new life
 */
public record MessageGap(
    @Nullable MessageId after, @Nullable MessageId before, @Nullable Long missed) {}

package io.longshore.coordinator;

/**
 * What became of a simulated fleet's work.
 *
 * @param tasks how many came
 * @param notDone how many of them were never completed
 * @param startedAgain starts beyond each task's first, because its lease was lost
 * @param moves how often a task was given back unstarted by a mailbox
 * @param refusals how often a mailbox would not take a task
 * @param overfilled how often an agent was seen with more than its concurrency and prefetch; 0 if
 *     no message was lost: a mailbox that has not heard of an extended lease takes its slot for
 *     free though the worker is still at it
 * @param utilization the share of all slots' time that was worked, from the first tenth of the
 *     arrivals to the last of them
 * @param seconds of virtual time
 * @param fingerprint of every start: which task, where, when
 */
public record FleetOutcome(
    int tasks,
    int notDone,
    long startedAgain,
    long moves,
    long refusals,
    long overfilled,
    double utilization,
    double seconds,
    long fingerprint) {}

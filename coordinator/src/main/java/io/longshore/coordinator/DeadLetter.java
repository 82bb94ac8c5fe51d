package io.longshore.coordinator;

/**
 * A task that was given up and waits for a person.
 *
 * @param task as it ended, without payloads and decisions
 * @param failedAt when, epoch milliseconds
 */
public record DeadLetter(TaskView task, long failedAt) {}

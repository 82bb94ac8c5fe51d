package io.longshore.agents;

/**
 * Does an agent's work inside the node. Found by {@link java.util.ServiceLoader}: name the class in
 * {@code META-INF/services/io.longshore.agents.TaskHandler} of a jar in the directory {@code
 * plugins} or elsewhere on the node's class path, and name the handler in {@code
 * longshore.agents.handlers} or in the delivery of an agent registered over HTTP.
 *
 * <p>An agent's work is done on the node that has its mailbox, one at a time; so every node with
 * the work role needs the handler, and several agents may share one. Handlers of all agents share
 * the threads that {@code longshore.agents.handler-threads} allows a node. A lease is extended for
 * as long as its task waits for a thread and runs.
 */
public interface TaskHandler {

  /** What agents call it; unique among a node's handlers. */
  String name();

  /**
   * Does one task. Called by several threads at once, as many as the agent's concurrency; may
   * block. Must be safe to repeat: a task whose lease ran out is done again. One that runs longer
   * than {@code longshore.agents.handler-timeout} is interrupted and its attempt fails; until it
   * returns it still takes its thread and its place in the agent's concurrency.
   *
   * @return one JSON value as UTF-8
   * @throws InputRequiredException to ask the submitter something; the answer comes with a later
   *     lease of the same task, among its exchanges
   * @throws TaskFailedException to fail this attempt with a code, a message and a word on whether
   *     to try again
   * @throws Exception to fail this attempt as {@code agent-error}; the task is tried again if it
   *     may be. Only the exception's class is kept: its message could hold the task's input.
   */
  byte[] handle(Lease lease, TaskContext context) throws Exception;
}

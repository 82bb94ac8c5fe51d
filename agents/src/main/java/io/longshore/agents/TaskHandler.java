package io.longshore.agents;

/**
 * Does an agent's work inside the node. Found by {@link java.util.ServiceLoader}: name the class in
 * {@code META-INF/services/io.longshore.agents.TaskHandler} of a jar on the node's class path, and
 * register an agent whose delivery names the handler.
 *
 * <p>Handlers of all agents share the threads that {@code longshore.agents.handler-threads} allows
 * a node. Their leases last what each task asks and are not extended, so the time a lease waits for
 * a thread counts against it too.
 */
public interface TaskHandler {

  /** What agents call it; unique among a node's handlers. */
  String name();

  /**
   * Does one task. Called by several threads at once, as many as the agent's concurrency; may
   * block. Must be safe to repeat: a task whose lease ran out is done again.
   *
   * @return one JSON value as UTF-8
   * @throws InputRequiredException to ask the submitter something; the answer comes with a later
   *     lease of the same task, among its exchanges
   * @throws Exception to fail this attempt as {@code agent-error}; the task is tried again if it
   *     may be. Only the exception's class is kept: its message could hold the task's input.
   */
  byte[] handle(Lease lease) throws Exception;
}

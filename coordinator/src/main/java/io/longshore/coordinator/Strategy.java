package io.longshore.coordinator;

/** Which of the agents that fit a task and have room for it is given it. */
interface Strategy {

  /**
   * An agent's rank: the task goes to the lowest, and among equals to the least loaded, then to the
   * one that has been given nothing for longest.
   *
   * @param candidate as it is now
   * @param completionMillis when a task given now would be done, worse for a bad record
   */
  double rank(Candidate candidate, double completionMillis);
}

package io.longshore.agents;

/** What a {@link TaskHandler} can ask and say about the task it does. Thread-safe. */
public interface TaskContext {

  /**
   * Whether there is no use in going on: the submitter canceled the task, its lease was lost, it
   * took too long or the node stops. The handler's thread is interrupted as well, once.
   */
  boolean canceled();

  /**
   * Says how far the work has come, as one JSON value in UTF-8. Kept with the task when its lease
   * is next extended; of several in between, the last counts.
   */
  void progress(byte[] json);
}

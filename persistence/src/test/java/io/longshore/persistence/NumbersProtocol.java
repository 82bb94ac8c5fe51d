package io.longshore.persistence;

import java.util.Set;

/** What the partition of these tests understands and says: it remembers numbers. */
sealed interface NumbersProtocol {

  /** Sent by tests. */
  sealed interface Command<R> extends NumbersProtocol, PartitionCommand<R> {}

  /** Remembers a number; answered by {@link Added}. */
  record Add(long number) implements Command<Added> {}

  /** The same, carrying a load that counts against every bound on bytes. */
  record AddHeavy(long number, String load) implements Command<Added> {
    @Override
    public int weight() {
      return load.length();
    }
  }

  /** Asks for all that is remembered; answered by {@link Contents}. */
  record Recall() implements Command<Contents> {}

  /** Cannot be decided. */
  record Explode() implements Command<Added> {}

  /** Keeps the partition busy until the test opens its {@link Gate}; answered by {@link Passed}. */
  record Hold() implements Command<Passed> {}

  /** Answers {@link Add}: whether the number was new. */
  record Added(long number, boolean fresh) implements NumbersProtocol {}

  /** Answers {@link Recall}: the numbers and how many incarnations have written. */
  record Contents(Set<Long> numbers, int openings) implements NumbersProtocol {}

  /** Answers {@link Hold}. */
  record Passed() implements NumbersProtocol {}
}

package io.longshore.loadtest;

/** What a flood's client counts, each second anew. */
enum FloodCount {
  /** Messages that reached a reader that reads. */
  RECEIVED,
  /** Messages that were to be sent. */
  OFFERED,
  /** Messages that the node said it has accepted. */
  ACCEPTED,
  /** Messages refused within answers that accepted others. */
  REFUSED,
  /** Requests answered 202. */
  TAKEN,
  /** Requests answered 429. */
  TOO_MANY,
  /** Requests answered 503. */
  BUSY,
  /** Requests answered anything else. */
  OTHER,
  /** Requests that were not answered in time, or whose connection broke. */
  UNANSWERED,
  /** Requests that were due and not sent, because no connection was free. */
  HELD_BACK,
  /** Connections that send; the most at a time. */
  CONNECTIONS,
  /** The longest time to an answer, in microseconds. */
  SLOWEST_MICROS
}

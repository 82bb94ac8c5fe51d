-- Ended tasks that have left the memory of their partition, many in a row. A row is of one
-- incarnation of a partition and is never changed; what two incarnations wrote twice is read once.
CREATE TABLE longshore_archive (
  partition_id INTEGER NOT NULL,
  epoch BIGINT NOT NULL,
  number BIGINT NOT NULL,
  first_id VARCHAR(64) NOT NULL,
  last_id VARCHAR(64) NOT NULL,
  ended_at BIGINT NOT NULL,
  filter BIGINT NOT NULL,
  items INTEGER NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY (partition_id, epoch, number)
);
-- To find one by its id, to list the newest first, and to purge.
CREATE INDEX longshore_archive_by_id ON longshore_archive (partition_id, first_id, epoch, number, last_id);
CREATE INDEX longshore_archive_newest ON longshore_archive (last_id, epoch, number);
CREATE INDEX longshore_archive_ended ON longshore_archive (partition_id, ended_at);

-- Tasks that were given up and wait for a person. A discarded one leaves its row, without the
-- payload, until its retention is over: the partition may, after a crash, write it again.
CREATE TABLE longshore_dead_letter (
  task_id VARCHAR(64) PRIMARY KEY,
  partition_id INTEGER NOT NULL,
  route VARCHAR(300) NOT NULL,
  agent_id VARCHAR(300),
  failed_at BIGINT NOT NULL,
  payload BLOB NOT NULL,
  redriven_as VARCHAR(64),
  discarded BOOLEAN DEFAULT FALSE NOT NULL
);
CREATE INDEX longshore_dead_letter_failed ON longshore_dead_letter (partition_id, failed_at);

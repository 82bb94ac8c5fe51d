-- Tables of the journal plugin, without the parts Longshore does not use (tags, durable state).
CREATE TABLE "event_journal" (
  "ordering" BIGINT UNIQUE NOT NULL AUTO_INCREMENT,
  "deleted" BOOLEAN DEFAULT FALSE NOT NULL,
  "persistence_id" VARCHAR(255) NOT NULL,
  "sequence_number" BIGINT NOT NULL,
  "writer" VARCHAR NOT NULL,
  "write_timestamp" BIGINT NOT NULL,
  "adapter_manifest" VARCHAR NOT NULL,
  "event_payload" BLOB NOT NULL,
  "event_ser_id" INTEGER NOT NULL,
  "event_ser_manifest" VARCHAR NOT NULL,
  "meta_payload" BLOB,
  "meta_ser_id" INTEGER,
  "meta_ser_manifest" VARCHAR,
  PRIMARY KEY ("persistence_id", "sequence_number")
);

CREATE TABLE "event_tag" (
  "event_id" BIGINT,
  "persistence_id" VARCHAR(255),
  "sequence_number" BIGINT,
  "tag" VARCHAR NOT NULL,
  PRIMARY KEY ("persistence_id", "sequence_number", "tag"),
  CONSTRAINT "fk_event_journal" FOREIGN KEY ("persistence_id", "sequence_number")
    REFERENCES "event_journal" ("persistence_id", "sequence_number") ON DELETE CASCADE
);

CREATE TABLE "snapshot" (
  "persistence_id" VARCHAR(255) NOT NULL,
  "sequence_number" BIGINT NOT NULL,
  "created" BIGINT NOT NULL,
  "snapshot_ser_id" INTEGER NOT NULL,
  "snapshot_ser_manifest" VARCHAR NOT NULL,
  "snapshot_payload" BLOB NOT NULL,
  "meta_ser_id" INTEGER,
  "meta_ser_manifest" VARCHAR,
  "meta_payload" BLOB,
  PRIMARY KEY ("persistence_id", "sequence_number")
);

-- Values that must never change once there is data.
CREATE TABLE longshore_pinned (
  name VARCHAR(100) PRIMARY KEY,
  pinned_value VARCHAR(1000) NOT NULL
);

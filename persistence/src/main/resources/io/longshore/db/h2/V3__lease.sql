-- Names that one owner at a time may hold, until a time by this server's clock (epoch milliseconds).
CREATE TABLE longshore_lease (
  name VARCHAR(200) PRIMARY KEY,
  owner VARCHAR(300) NOT NULL,
  expires_at BIGINT NOT NULL
);

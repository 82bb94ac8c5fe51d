package io.longshore.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.longshore.persistence.Database.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Names that one owner at a time may hold, each until a time: rows in the database that all nodes
 * share, compared and set there and judged by its clock alone. For what happens seldom, such as a
 * cluster that begins or breaks in two.
 *
 * <p>Thread-safe. Calls block for up to some seconds and throw {@link DatabaseException} when the
 * database does not answer; what was asked may then still have been done.
 */
public final class Leases implements AutoCloseable {
  private static final String INTEGRITY_VIOLATED = "23";
  private static final String NOW = "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";
  private final HikariDataSource pool;

  private Leases(DatabaseSettings database) {
    HikariConfig config = database.pool("longshore-leases", 1);
    config.setAutoCommit(true);
    pool = new HikariDataSource(config);
  }

  /** Leases in a database whose schema {@link Database#open} has brought up to date. */
  public static Leases open(DatabaseSettings database) {
    return new Leases(database);
  }

  /**
   * Takes a name, or keeps it for longer.
   *
   * @param owner who will hold it; whoever has the same name is the same owner
   * @param forSoLong from now on
   * @return whether the owner holds it now; false if somebody else does
   */
  public boolean acquire(String name, String owner, Duration forSoLong) {
    return run(
        connection ->
            update(
                    connection,
                    "UPDATE longshore_lease SET owner = ?, expires_at = "
                        + (NOW + " + ?")
                        + " WHERE name = ? AND (owner = ? OR expires_at <= "
                        + (NOW + ")"),
                    owner,
                    forSoLong.toMillis(),
                    name,
                    owner)
                || insert(connection, name, owner, forSoLong));
  }

  private static boolean insert(Connection connection, String name, String owner, Duration time)
      throws SQLException {
    try {
      return update(
          connection,
          "INSERT INTO longshore_lease (name, owner, expires_at) SELECT CAST(? AS VARCHAR(200)),"
              + " CAST(? AS VARCHAR(300)), "
              + (NOW + " + ?")
              + " WHERE NOT EXISTS (SELECT 1 FROM longshore_lease WHERE name = ?)",
          name,
          owner,
          time.toMillis(),
          name);
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith(INTEGRITY_VIOLATED)) {
        return false; // somebody else was first
      }
      throw e;
    }
  }

  /**
   * Has whoever holds a name, or held it last, keep it for longer.
   *
   * @return false if nobody ever held it
   */
  public boolean extend(String name, Duration forSoLong) {
    return run(
        connection ->
            update(
                connection,
                "UPDATE longshore_lease SET expires_at = " + NOW + " + ? WHERE name = ?",
                forSoLong.toMillis(),
                name));
  }

  /** Gives a name up, whoever holds it: it may be taken at once. */
  public void expire(String name) {
    run(
        connection ->
            update(connection, "UPDATE longshore_lease SET expires_at = 0 WHERE name = ?", name));
  }

  /**
   * Gives a name up.
   *
   * @return whether it was the owner's, expired or not; else nothing has changed
   */
  public boolean release(String name, String owner) {
    return run(
        connection ->
            update(
                connection,
                "UPDATE longshore_lease SET expires_at = 0 WHERE name = ? AND owner = ?",
                name,
                owner));
  }

  @Override
  public void close() {
    pool.close();
  }

  private interface Job {
    boolean run(Connection connection) throws SQLException;
  }

  private boolean run(Job job) {
    try (Connection connection = pool.getConnection()) {
      return job.run(connection);
    } catch (SQLException e) {
      throw new DatabaseException("Leases in the database cannot be read or written", e);
    }
  }

  private static boolean update(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate() == 1;
    }
  }
}

package io.longshore.persistence;

import io.longshore.persistence.Database.DatabaseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pekko's lease on the database that all nodes share: what the split brain resolver's {@code
 * lease-majority} asks which side of a cut goes on. Made by Pekko from its configuration ({@code
 * lease-class}).
 *
 * <p>While it is held it is renewed every {@code heartbeat-interval}; it ends {@code
 * heartbeat-timeout} after the last renewal that succeeded. An operation that takes longer than
 * {@code lease-operation-timeout} fails, which says nothing of what the database did.
 */
public final class JdbcLease extends Lease {
  private static final Logger log = LoggerFactory.getLogger(JdbcLease.class);
  private final LeaseSettings settings;
  private final ExtendedActorSystem system;
  private final Leases leases;
  private final Executor blocking;
  private final Duration timeToLive;
  private final Duration interval;
  private final Duration operationTimeout;
  private final AtomicReference<@Nullable Cancellable> renewing = new AtomicReference<>();

  /** {@link System#nanoTime} until which it is certainly held, or 0. */
  private volatile long heldUntil;

  /** For Pekko. */
  public JdbcLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.system = system;
    leases = Leases.open(DatabaseSettings.ofPluginConfig(system.settings().config()));
    blocking = system.dispatchers().lookup("pekko.actor.default-blocking-io-dispatcher");
    timeToLive = settings.timeoutSettings().getHeartbeatTimeout();
    interval = settings.timeoutSettings().getHeartbeatInterval();
    operationTimeout = settings.timeoutSettings().getOperationTimeout();
    system.registerOnTermination(leases::close);
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  @Override
  public CompletionStage<Boolean> acquire() {
    return acquire(lost -> {});
  }

  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> whenLost) {
    return inTime(this::acquireNow)
        .thenApply(
            acquired -> {
              if (acquired) {
                keep(whenLost);
              }
              return acquired;
            });
  }

  /** Whether it is held now; until then, if it is, by the time this asked. */
  private boolean acquireNow() {
    long asked = System.nanoTime();
    boolean acquired = leases.acquire(settings.leaseName(), settings.ownerName(), timeToLive);
    heldUntil = acquired ? asked + timeToLive.toNanos() : 0;
    return acquired;
  }

  private void keep(Consumer<Optional<Throwable>> whenLost) {
    Cancellable next =
        system
            .scheduler()
            .scheduleWithFixedDelay(interval, interval, () -> renew(whenLost), system.dispatcher());
    stopRenewing(next);
  }

  private void renew(Consumer<Optional<Throwable>> whenLost) {
    blocking.execute(
        () -> {
          if (renewing.get() == null) {
            return;
          }
          try {
            if (!acquireNow()) {
              stopRenewing(null);
              whenLost.accept(Optional.empty());
            }
          } catch (DatabaseException e) {
            log.debug("The lease {} could not be renewed", settings.leaseName(), e);
            if (!checkLease()) {
              stopRenewing(null);
              whenLost.accept(Optional.of(e));
            }
          }
        });
  }

  private void stopRenewing(@Nullable Cancellable next) {
    Cancellable before = renewing.getAndSet(next);
    if (before != null) {
      before.cancel();
    }
  }

  @Override
  public CompletionStage<Boolean> release() {
    stopRenewing(null);
    heldUntil = 0;
    return inTime(() -> leases.release(settings.leaseName(), settings.ownerName()));
  }

  @Override
  public boolean checkLease() {
    long until = heldUntil;
    return until != 0 && until - System.nanoTime() > 0;
  }

  private CompletableFuture<Boolean> inTime(Supplier<Boolean> operation) {
    return CompletableFuture.supplyAsync(operation, blocking)
        .orTimeout(operationTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }
}

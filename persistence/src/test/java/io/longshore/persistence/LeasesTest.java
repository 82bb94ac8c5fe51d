package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.apache.pekko.coordination.lease.javadsl.LeaseProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a lease promises, on every database. */
@ParameterizedClass
@EnumSource
class LeasesTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private final TestDatabase kind;
  @TempDir Path directory;
  private DatabaseSettings settings;
  private Database database;
  private Leases leases;

  LeasesTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    settings = kind.fresh(directory);
    database = Database.open(settings);
    leases = Leases.open(settings);
  }

  @AfterEach
  void close() {
    leases.close();
    database.close();
  }

  @Test
  void when_one_holds_it_then_nobody_else_does_until_it_is_given_up() {
    assertTrue(leases.acquire("n", "a", LONG));
    assertTrue(leases.acquire("n", "a", LONG), "its owner may keep it");
    assertFalse(leases.acquire("n", "b", LONG));
    assertTrue(leases.acquire("another", "b", LONG));
    assertFalse(leases.release("n", "b"), "it is not b's");
    assertFalse(leases.acquire("n", "b", LONG));
    assertTrue(leases.release("n", "a"));
    assertTrue(leases.acquire("n", "b", LONG));
    leases.expire("n");
    assertTrue(leases.acquire("n", "a", LONG));
  }

  @Test
  void when_its_time_is_over_then_another_may_have_it_unless_it_was_extended() {
    assertFalse(leases.extend("n", LONG), "nobody ever held it");
    assertTrue(leases.acquire("n", "a", Duration.ZERO));
    assertTrue(leases.acquire("n", "b", Duration.ZERO));
    assertTrue(leases.extend("n", LONG));
    assertFalse(leases.acquire("n", "a", LONG));
    assertTrue(leases.acquire("n", "b", LONG));
  }

  @Test
  void when_many_want_it_at_once_then_one_gets_it() {
    for (String name : List.of("new", "over")) {
      if (name.equals("over")) {
        leases.acquire(name, "before", Duration.ZERO);
      }
      AtomicInteger got = new AtomicInteger();
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String owner = "owner-" + i;
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  try (Leases own = Leases.open(settings)) {
                    got.addAndGet(own.acquire(name, owner, LONG) ? 1 : 0);
                  }
                }));
      }
      all.forEach(CompletableFuture::join);
      assertEquals(1, got.get(), name);
    }
  }

  @Test
  void when_pekko_asks_for_a_lease_then_one_of_two_owners_holds_and_keeps_it() {
    ActorTestKit kit =
        ActorTestKit.create(
            settings
                .toPluginConfig()
                .withFallback(
                    ConfigFactory.parseString(
                        """
                        test-lease {
                          lease-class = "io.longshore.persistence.JdbcLease"
                          heartbeat-timeout = 60 s
                          heartbeat-interval = 100 ms
                          lease-operation-timeout = 30 s
                        }
                        """))
                .withFallback(ConfigFactory.load()));
    try {
      LeaseProvider provider = LeaseProvider.get(kit.system());
      Lease a = provider.getLease("sbr", "test-lease", "a:1");
      Lease b = provider.getLease("sbr", "test-lease", "b:1");
      assertTrue(done(a.acquire()));
      long lasts = expiresAt();
      Await.until("it is renewed", () -> expiresAt() > lasts);
      long longer = expiresAt();
      Await.until("it is renewed again", () -> expiresAt() > longer);
      assertFalse(done(b.acquire()));
      assertTrue(a.checkLease());
      assertFalse(b.checkLease());
      assertTrue(done(a.release()));
      assertFalse(a.checkLease());
      assertTrue(done(b.acquire()));
      assertTrue(b.checkLease());
    } finally {
      kit.shutdownTestKit();
    }
  }

  private long expiresAt() {
    return TestDatabase.number(settings, "SELECT expires_at FROM longshore_lease");
  }

  private static boolean done(CompletionStage<Boolean> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}

package io.longshore.gateway;

import io.longshore.agents.Lease;
import io.longshore.agents.TaskFailure;
import io.longshore.agents.WebhookSender;
import io.longshore.agents.WebhookSettings;
import io.longshore.agents.WorkerSettings;
import io.longshore.registry.Webhook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.event.NoLogging;
import org.apache.pekko.http.javadsl.ClientTransport;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.settings.ConnectionPoolSettings;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.jspecify.annotations.Nullable;

/**
 * Sends tasks to webhooks: pooled connections, bounded in number and time; no redirects are
 * followed and nothing is repeated, because the ledger does that.
 */
public final class WebhookClient implements WebhookSender {
  /** Room in a batch's answer for what is around its outputs. */
  private static final int OVERHEAD = 64 * 1024;

  /** Shorter than servers wait, so that none closes a connection just when it is used again. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

  private final ActorSystem<?> system;
  private final WebhookSettings settings;
  private final int maxOutput;
  private final Clock clock;
  private final ConnectionPoolSettings pool;

  private WebhookClient(ActorSystem<?> system, WorkerSettings workers, Clock clock) {
    this.system = system;
    this.settings = workers.webhook();
    this.maxOutput = workers.maxOutput();
    this.clock = clock;
    AddressGuard guard = new AddressGuard(settings.allowPrivate(), InetAddress::getAllByName);
    Executor lookups = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.pool =
        ConnectionPoolSettings.create(Adapter.toClassic(system))
            .withMaxConnections(settings.maxRequestsPerHost())
            .withMaxOpenRequests(powerOfTwo(settings.maxRequestsPerHost()))
            .withMaxRetries(0)
            .withKeepAliveTimeout(KEEP_ALIVE)
            // The breaker is what keeps requests off; here they would wait while their leases run.
            .withBaseConnectionBackoff(Duration.ZERO)
            .withTransport(
                ClientTransport.withCustomResolver(
                    (host, port) ->
                        CompletableFuture.supplyAsync(
                            () -> resolve(guard, host, (Integer) port), lookups)));
  }

  /** A client with connections of its own. */
  public static WebhookClient create(ActorSystem<?> system, WorkerSettings settings, Clock clock) {
    return new WebhookClient(system, settings, clock);
  }

  private static int powerOfTwo(int least) {
    return Math.max(2, Integer.highestOneBit(least) * 2);
  }

  private static InetSocketAddress resolve(AddressGuard guard, String host, int port) {
    try {
      return new InetSocketAddress(guard.addressOf(host), port);
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public CompletionStage<Reply> send(String agentId, Webhook webhook, List<Lease> leases) {
    boolean batch = webhook.batchMax() > 1;
    HttpRequest request = request(agentId, webhook, leases, batch);
    long timeout = webhook.timeoutMillis();
    long maxBytes = (long) maxOutput * leases.size() + (batch ? OVERHEAD : 0);
    return Http.get(system)
        .singleRequest(
            request,
            Http.get(system).defaultClientHttpsContext(),
            poolFor(timeout),
            // What fails is said of the task; an endpoint that is down is no news to the node.
            NoLogging.getInstance())
        .thenCompose(response -> read(response, timeout, maxBytes))
        .thenApply(answer -> answer.reply(leases, batch))
        .toCompletableFuture()
        .copy()
        .orTimeout(timeout, TimeUnit.MILLISECONDS)
        .exceptionally(error -> Reply.failed(leases.size(), failure(error, timeout)));
  }

  /** A connection that says nothing for the time-out is cut, so that it does not take up room. */
  private ConnectionPoolSettings poolFor(long timeoutMillis) {
    Duration timeout = Duration.ofSeconds((timeoutMillis + 999) / 1_000);
    Duration connect = settings.connectTimeout();
    return pool.withConnectionSettings(
        pool.getConnectionSettings()
            .withIdleTimeout(scala.concurrent.duration.Duration.fromNanos(timeout.toNanos()))
            .withConnectingTimeout(
                scala.concurrent.duration.Duration.fromNanos(
                    (connect.compareTo(timeout) < 0 ? connect : timeout).toNanos())));
  }

  private CompletionStage<WebhookAnswer> read(HttpResponse response, long timeout, long maxBytes) {
    String retryAfter = response.getHeader("Retry-After").map(HttpHeader::value).orElse(null);
    return response
        .entity()
        .withSizeLimit(maxBytes)
        .toStrict(timeout, maxBytes, system)
        .thenApply(
            body ->
                new WebhookAnswer(
                    response.status().intValue(),
                    retryAfter,
                    body.getData().toArray(),
                    settings.maxRetryAfter(),
                    clock.millis()));
  }

  private HttpRequest request(String agentId, Webhook webhook, List<Lease> leases, boolean batch) {
    byte[] body = batch ? Json.bytes(out -> TaskJson.leases(out, leases)) : single(leases.get(0));
    HttpRequest request =
        HttpRequest.POST(webhook.url())
            .withEntity(ContentTypes.APPLICATION_JSON, body)
            .addHeader(RawHeader.create("Accept", "application/json"))
            .addHeader(RawHeader.create("Longshore-Agent-Id", agentId));
    String id = batch ? batchId(leases) : leases.get(0).taskId();
    if (!batch) {
      Lease lease = leases.get(0);
      request =
          request
              .addHeader(RawHeader.create("Longshore-Task-Id", lease.taskId()))
              .addHeader(RawHeader.create("Longshore-Attempt", "" + lease.attempt()));
      String trace = lease.traceparent();
      request = trace == null ? request : request.addHeader(RawHeader.create("traceparent", trace));
    }
    return signed(request, webhook.secret(), id, body);
  }

  private static byte[] single(Lease lease) {
    return Json.bytes(out -> TaskJson.lease(out, lease));
  }

  /** The same for the same attempts at the same tasks. */
  private static String batchId(List<Lease> leases) {
    String attempts =
        leases.stream()
            .map(lease -> lease.taskId() + "." + lease.attempt())
            .collect(Collectors.joining(","));
    return UUID.nameUUIDFromBytes(attempts.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private HttpRequest signed(HttpRequest request, @Nullable String secret, String id, byte[] body) {
    long seconds = clock.millis() / 1_000;
    HttpRequest stamped =
        request
            .addHeader(RawHeader.create("webhook-id", id))
            .addHeader(RawHeader.create("webhook-timestamp", "" + seconds));
    return secret == null
        ? stamped
        : stamped.addHeader(
            RawHeader.create("webhook-signature", WebhookSignature.of(secret, id, seconds, body)));
  }

  /** Nothing of the error's own words: they could hold what was sent. */
  private static TaskFailure failure(Throwable error, long timeoutMillis) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof AddressGuard.RefusedException refused) {
        return TaskFailure.retryable("webhook-address-refused", "" + refused.getMessage());
      } else if (cause instanceof UnknownHostException) {
        return TaskFailure.retryable("webhook-unreachable", "its host has no address");
      } else if (cause instanceof CertificateException) {
        return TaskFailure.retryable(
            "webhook-unreachable", "its certificate is none that this node trusts for its host");
      } else if (cause instanceof EntityStreamSizeException) {
        return TaskFailure.permanent("output-too-large", "the webhook's answer is too large");
      } else if (cause instanceof TimeoutException) {
        return TaskFailure.retryable(
            "webhook-timeout",
            "no answer within %s s"
                .formatted(Duration.ofMillis(timeoutMillis).toMillis() / 1000.0));
      }
    }
    return TaskFailure.retryable("webhook-unreachable", "the connection failed or broke");
  }
}

package io.longshore.gateway;

import io.longshore.registry.Webhook;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.jspecify.annotations.Nullable;

/** The part of an agent's registration that says where its tasks are sent. */
final class WebhookBody {
  private static final int MAX_URL = 2_048;
  private static final int MAX_SECRET = 256;
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration MAX_CACHE = Duration.ofDays(1);
  private static final int MAX_BATCH = 10;
  private static final Duration MAX_BATCH_WAIT = Duration.ofSeconds(5);
  private static final long DEFAULT_TIMEOUT = 30_000;
  private static final long DEFAULT_BATCH_WAIT = 1_000;

  private final BodyReader in;
  private final AddressGuard guard;
  private @Nullable String url;
  private @Nullable String secret;
  private @Nullable Long timeout;
  private @Nullable Long cache;
  private int batchMax = 1;
  private long batchWait;

  private WebhookBody(BodyReader in, AddressGuard guard) {
    this.in = in;
    this.guard = guard;
  }

  /**
   * What it says; null if anything essential is wrong with it, which is then a violation.
   *
   * @param guard which addresses its URL may have
   */
  static @Nullable Webhook read(BodyReader in, AddressGuard guard) throws IOException {
    WebhookBody body = new WebhookBody(in, guard);
    boolean read = in.object(body::field);
    if (body.url == null) {
      if (read) {
        in.violation("must have a url");
      }
      return null;
    }
    return new Webhook(
        body.url,
        body.timeout == null ? DEFAULT_TIMEOUT : body.timeout,
        body.cache == null ? 0 : body.cache,
        body.batchMax,
        body.batchWait,
        body.secret);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "url" -> url();
      case "secret" -> secret();
      case "timeoutSeconds" -> timeout = in.seconds(MIN_TIMEOUT, MAX_TIMEOUT);
      case "cacheSeconds" -> cache = in.seconds(Duration.ZERO, MAX_CACHE);
      case "batch" -> batch();
      default -> in.unknown();
    }
  }

  private void url() throws IOException {
    url = in.text(MAX_URL);
    if (url == null) {
      return;
    }
    if (!isUrl(url)) {
      in.violation(
          "must be an absolute http or https URL with a host, and without user or fragment");
    } else if (guard.refuses(URI.create(url).getHost())) {
      in.violation(
          "must not have an address that is not public (%s)".formatted(AddressGuard.SETTING));
    }
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      Uri.create(text);
      return uri.getHost() != null
          && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null
          && uri.getPort() <= 0xFFFF
          && text.chars().allMatch(c -> c < 0x80);
    } catch (URISyntaxException | IllegalUriException notOne) {
      return false;
    }
  }

  private void secret() throws IOException {
    secret = in.text(MAX_SECRET);
    if (secret != null && !secret.equals(Webhook.NO_SECRET) && !WebhookSignature.isSecret(secret)) {
      in.violation(
          "must be %s and then base64 of %d to %d bytes, or empty for none"
              .formatted(
                  WebhookSignature.SECRET_PREFIX,
                  WebhookSignature.MIN_KEY,
                  WebhookSignature.MAX_KEY));
    }
  }

  private void batch() throws IOException {
    if (in.missing()) {
      return;
    }
    batchMax = MAX_BATCH;
    batchWait = DEFAULT_BATCH_WAIT;
    in.object(
        name -> {
          switch (name) {
            case "max" -> batchMax = in.whole(1, MAX_BATCH, MAX_BATCH);
            case "waitSeconds" -> {
              Long wait = in.seconds(Duration.ZERO, MAX_BATCH_WAIT);
              batchWait = wait == null ? DEFAULT_BATCH_WAIT : wait;
            }
            default -> in.unknown();
          }
        });
  }
}

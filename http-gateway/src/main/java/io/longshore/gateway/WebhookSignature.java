package io.longshore.gateway;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs a webhook request as Standard Webhooks has it (standardwebhooks.com, 1.0). */
final class WebhookSignature {
  /** What a secret begins with; base64 of {@value #MIN_KEY} to {@value #MAX_KEY} bytes follows. */
  static final String SECRET_PREFIX = "whsec_";

  static final int MIN_KEY = 24;
  static final int MAX_KEY = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private WebhookSignature() {}

  /** Whether this can be a secret. */
  static boolean isSecret(String secret) {
    if (!secret.startsWith(SECRET_PREFIX)) {
      return false;
    }
    try {
      int length = key(secret).length;
      return length >= MIN_KEY && length <= MAX_KEY;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** The value of {@code webhook-signature}: HMAC-SHA-256 of id, seconds and body. */
  static String of(String secret, String id, long epochSeconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key(secret), ALGORITHM));
      mac.update((id + "." + epochSeconds + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }

  private static byte[] key(String secret) {
    return Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()));
  }
}

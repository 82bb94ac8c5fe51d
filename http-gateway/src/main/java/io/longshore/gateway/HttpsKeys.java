package io.longshore.gateway;

import io.longshore.gateway.GatewaySettings.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's certificate and key from PEM files, read again from time to time, so that renewed ones
 * need no restart. Files that cannot be read then leave the old ones in use. Thread-safe.
 */
final class HttpsKeys {
  private static final Logger log = LoggerFactory.getLogger(HttpsKeys.class);
  private static final Duration READ_AGAIN = Duration.ofMinutes(5);
  private static final char[] NO_PASSWORD = {};
  private final Tls files;
  private final Clock clock;
  private volatile SSLContext context;
  private volatile long readAt;

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if they cannot be read; the message says which
   */
  HttpsKeys(Tls files, Clock clock) {
    this.files = files;
    this.clock = clock;
    this.context = read(files);
    this.readAt = clock.millis();
  }

  /** For one connection. */
  SSLEngine engine() {
    if (clock.millis() - readAt >= READ_AGAIN.toMillis()) {
      readAt = clock.millis();
      try {
        context = read(files);
      } catch (IllegalArgumentException e) {
        log.warn("{} What was read before stays in use.", e.getMessage());
      }
    }
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    return engine;
  }

  private static SSLContext read(Tls files) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, NO_PASSWORD);
      keys.setKeyEntry("node", key(files.key()), NO_PASSWORD, chain(files.certificate()));
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException(
          "The certificate %s and the key %s (longshore.gateway.tls) cannot be used: %s."
              .formatted(files.certificate(), files.key(), e.getMessage()),
          e);
    }
  }

  /** RSA in its own format, or a key of any kind in PKCS #8. */
  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    PEMDecoder.DERData pem = PEMDecoder.decode(Files.readString(file));
    if (!pem.label().equals("PRIVATE KEY")) {
      return DERPrivateKeyLoader.load(pem);
    }
    GeneralSecurityException last = new GeneralSecurityException("of an unknown kind");
    for (String kind : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(pem.bytes()));
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw last;
  }

  private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .toArray(Certificate[]::new);
    }
  }
}

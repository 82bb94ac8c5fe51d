package io.longshore.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that signs itself, made by the JDK, as the PEM files that an operator has. */
record Certificate(Path certificate, Path key, Path file, KeyStore store) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /** For what nodes say to each other. */
  static Certificate rsa(Path directory, String alias) {
    return create(directory, alias, "RSA", "-keysize", "2048");
  }

  /** For HTTPS. */
  static Certificate ec(Path directory, String alias) {
    return create(directory, alias, "EC", "-groupname", "secp256r1");
  }

  private static Certificate create(
      Path directory, String alias, String kind, String option, String value) {
    Path file = directory.resolve(alias + ".p12");
    try {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  alias,
                  "-keyalg",
                  kind,
                  option,
                  value,
                  "-dname",
                  "CN=longshore",
                  "-ext",
                  "san=dns:localhost,ip:127.0.0.1",
                  "-ext",
                  "bc:c",
                  "-validity",
                  "2",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  new String(PASSWORD))
              .inheritIO()
              .start();
      if (!keytool.waitFor(120, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IllegalStateException("keytool failed");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD);
      }
      Path certificate = directory.resolve(alias + ".crt");
      Path key = directory.resolve(alias + ".key");
      pem(certificate, "CERTIFICATE", store.getCertificate(alias).getEncoded());
      pem(key, "PRIVATE KEY", store.getKey(alias, PASSWORD).getEncoded());
      return new Certificate(certificate, key, file, store);
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pem(Path file, String what, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what));
  }

  /** Settings of a node that uses it for what nodes say to each other. */
  Map<String, String> tls() {
    return Map.of(
        "longshore.node.tls.ca", certificate.toString(),
        "longshore.node.tls.certificate", certificate.toString(),
        "longshore.node.tls.key", key.toString());
  }

  /** Options of a Java that trusts it alone. */
  String trustStore() {
    return "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
        .formatted(file, new String(PASSWORD));
  }

  /** What a server needs that shows it. */
  SSLContext server() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a client needs that trusts it alone. */
  SSLContext client() {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

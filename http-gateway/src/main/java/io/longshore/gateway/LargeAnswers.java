package io.longshore.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Answers that are large: their bytes count as long as they are not sent, and a client that stops
 * reading one is cut off. One that has not been begun, since the client does not read the one
 * before it, is let go when the connection has been silent for its idle timeout.
 */
final class LargeAnswers {

  /** Answers that are not larger are handed to the connection at once and not counted. */
  private static final int SMALL = 16 * 1024;

  private static final int PIECE = 16 * 1024;

  private final StalledReaders readers;

  LargeAnswers(StalledReaders readers) {
    this.readers = readers;
  }

  /**
   * The response, whose bytes count as long as they are not sent, if they are many. Its connection
   * is closed when the reader is too slow, as the rest of the body is missing.
   */
  HttpResponse counted(HttpRequest request, HttpResponse response, Admission.Permit call) {
    if (!(response.entity() instanceof HttpEntity.Strict strict)
        || strict.getData().size() <= SMALL) {
      return response;
    }
    ByteString data = strict.getData();
    Admission.Permit held = call.forResponse(data.size());
    AtomicBoolean over = new AtomicBoolean();
    Runnable letGo =
        () -> {
          if (over.compareAndSet(false, true)) {
            held.close();
          }
        };
    // Its connection may be closed before anybody begins to send it.
    Runnable forget = Connections.onClose(request, letGo);
    Source<ByteString, NotUsed> pieces =
        Source.from(pieces(data))
            .via(readers.<ByteString>flow(() -> Connections.cut(request)))
            .watchTermination(
                (nothing, end) -> {
                  end.whenComplete(
                      (done, failure) -> {
                        forget.run();
                        letGo.run();
                      });
                  return nothing;
                });
    return response.withEntity(HttpEntities.create(strict.getContentType(), data.size(), pieces));
  }

  private static List<ByteString> pieces(ByteString data) {
    List<ByteString> pieces = new ArrayList<>();
    for (int from = 0; from < data.size(); from += PIECE) {
      pieces.add(data.slice(from, Math.min(from + PIECE, data.size())));
    }
    return pieces;
  }
}

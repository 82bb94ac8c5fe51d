package io.longshore.gateway;

import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.MediaType;
import org.jspecify.annotations.Nullable;

/** The media types that are read here. */
enum Media {
  /** One document. */
  JSON("application/json"),
  /** One document a line. */
  NDJSON("application/x-ndjson");

  private final String type;

  Media(String type) {
    this.type = type;
  }

  String type() {
    return type;
  }

  /** The type of a request's body, whatever its parameters; null if it is none of these. */
  static @Nullable Media of(HttpRequest request) {
    MediaType type = request.entity().getContentType().mediaType();
    String name = type.mainType() + "/" + type.subType();
    for (Media media : values()) {
      if (media.type.equalsIgnoreCase(name)) {
        return media;
      }
    }
    return null;
  }
}

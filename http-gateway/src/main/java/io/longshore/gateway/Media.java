package io.longshore.gateway;

import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.MediaType;
import org.jspecify.annotations.Nullable;

/** The media types that are read here. */
enum Media {
  /** One document. */
  JSON("json"),
  /** One document a line. */
  NDJSON("x-ndjson");

  private static final String MAIN_TYPE = "application";

  private final String subType;

  Media(String subType) {
    this.subType = subType;
  }

  String type() {
    return MAIN_TYPE + "/" + subType;
  }

  /** The type of a request's body, whatever its parameters; null if it is none of these. */
  static @Nullable Media of(HttpRequest request) {
    MediaType type = request.entity().getContentType().mediaType();
    if (type.mainType().equalsIgnoreCase(MAIN_TYPE)) {
      if (type.subType().equalsIgnoreCase(JSON.subType)) {
        return JSON;
      }
      if (type.subType().equalsIgnoreCase(NDJSON.subType)) {
        return NDJSON;
      }
    }
    return null;
  }
}

package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Reads a list that comes in pages. */
final class Pages {
  private static final int LARGEST = 100;

  private Pages() {}

  /**
   * The first items of a list, over as many pages as it takes.
   *
   * @param items the field that holds them
   * @param limit at most so many
   * @param filters names and values in turn; see {@link ApiRequest#query}
   * @return an object as the API answers it: the items, and {@code nextPageToken} if there are more
   */
  static ObjectNode read(
      ApiClient client, String path, String items, int limit, @Nullable Object... filters)
      throws InterruptedException {
    ObjectNode all = Json.object();
    ArrayNode list = all.putArray(items);
    String token = null;
    do {
      String page =
          ApiRequest.query(
              ApiRequest.query(path, filters),
              "pageSize",
              Math.min(LARGEST, limit - list.size()),
              "pageToken",
              token);
      JsonNode answer = client.get(page);
      answer.path(items).forEach(list::add);
      token = answer.hasNonNull("nextPageToken") ? answer.path("nextPageToken").asText() : null;
    } while (token != null && list.size() < limit);
    if (token != null) {
      all.put("nextPageToken", token);
    }
    return all;
  }
}

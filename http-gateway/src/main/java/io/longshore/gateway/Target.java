package io.longshore.gateway;

/**
 * A path segment that names a thing, and perhaps what to do with it: {@code alice:drain}. Ids have
 * no colon, so the last one parts the two.
 *
 * @param id not checked yet
 * @param verb empty if there is none
 */
record Target(String id, String verb) {

  static Target of(String segment) {
    int colon = segment.lastIndexOf(':');
    return colon < 0
        ? new Target(segment, "")
        : new Target(segment.substring(0, colon), segment.substring(colon + 1));
  }

  /**
   * The id, if it can be one.
   *
   * @throws ProblemException if not
   */
  static String checked(String id) {
    if (!Text.isId(id)) {
      throw new ProblemException(
          Problem.of(ProblemType.INVALID_REQUEST, "The id in the path " + Text.ID_RULE + "."));
    }
    return id;
  }
}

package io.longshore.registry;

/** How many letters must be inserted, removed or replaced to turn one text into another. */
final class EditDistance {
  private EditDistance() {}

  /**
   * The Levenshtein distance, or more than {@code limit} if it is more.
   *
   * @param limit beyond it the distance is not worth computing
   */
  static int between(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      int least = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
        least = Math.min(least, row[j]);
      }
      if (least > limit) {
        return limit + 1;
      }
      above = row;
    }
    return above[b.length()];
  }
}

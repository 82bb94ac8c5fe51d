package io.longshore.loadtest;

import java.util.Map;

/** One table of a report, in the forms in which it is written. */
interface ReportTable {

  /** Says what was measured on what. */
  String title();

  /** The table with its heading. */
  String markdown();

  /** The table with its heading and a plot. */
  String html();

  /** The numbers by name. */
  Map<String, Object> json();
}

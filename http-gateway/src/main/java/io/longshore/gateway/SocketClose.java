package io.longshore.gateway;

/** Why the node closes a connection, as RFC 6455 numbers it. */
record SocketClose(int code, String reason) {
  /** The node leaves: the agent may connect to any other at once. */
  static final SocketClose GOING_AWAY =
      new SocketClose(1001, "This node leaves; connect to another.");

  static final SocketClose NOT_TEXT = new SocketClose(1003, "Send JSON in text messages.");
  static final SocketClose NOT_JSON = new SocketClose(1007, "This is not JSON.");
  static final SocketClose NOT_REGISTERED =
      new SocketClose(1008, "The agent is registered no more.");
  static final SocketClose TOO_SLOW =
      new SocketClose(1008, "The rest of the message did not come.");
  static final SocketClose NO_ROOM =
      new SocketClose(1013, "This node is busy; connect again later.");
  static final SocketClose TOO_LARGE = new SocketClose(1009, "The message is too large.");
}

package io.longshore.gateway;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.apache.pekko.http.javadsl.model.HttpProtocols;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * The requests of a connection, each as it is changed here. After one that is the last, and whose
 * body comes after its head, no more is asked for. Were it, Pekko would say at the end of that body
 * that there are no more, while the client waits for the answer; and that is what it says when a
 * client has gone. So it says so only then, or when the answer was sent.
 */
final class RequestsTaken extends GraphStage<FlowShape<HttpRequest, HttpRequest>> {
  private final Inlet<HttpRequest> in = Inlet.create("RequestsTaken.in");
  private final Outlet<HttpRequest> out = Outlet.create("RequestsTaken.out");
  private final FlowShape<HttpRequest, HttpRequest> shape = FlowShape.of(in, out);
  private final UnaryOperator<HttpRequest> change;

  RequestsTaken(UnaryOperator<HttpRequest> change) {
    this.change = change;
  }

  @Override
  public FlowShape<HttpRequest, HttpRequest> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private boolean wasLast;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              HttpRequest request = grab(in);
              wasLast = !request.entity().isStrict() && isLast(request);
              push(out, change.apply(request));
            }

            @Override
            public void onPull() {
              if (!wasLast) {
                pull(in);
              }
            }
          });
    }
  }

  /** Whether the client wants its connection closed by the answer. */
  private static boolean isLast(HttpRequest request) {
    String options = request.getHeader("Connection").map(header -> header.value()).orElse("");
    return request.protocol().equals(HttpProtocols.HTTP_1_0)
        ? !has(options, "keep-alive")
        : has(options, "close");
  }

  private static boolean has(String options, String option) {
    return Arrays.stream(options.split(",")).anyMatch(one -> one.strip().equalsIgnoreCase(option));
  }
}

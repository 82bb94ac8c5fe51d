package io.longshore.node.demo;

import io.longshore.node.cli.AgentInfo;
import io.longshore.node.cli.ApiClient;
import io.longshore.node.cli.ApiRequest;
import io.longshore.node.cli.LiveArea;
import io.longshore.node.cli.Style;
import io.longshore.node.cli.TaskInfo;
import io.longshore.node.cli.Terminal;
import io.longshore.node.cli.Text;
import io.longshore.node.demo.DemoProgress.Item;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows tasks on their way: on a terminal a board that is redrawn in place, else a line whenever
 * something has changed.
 */
public final class DemoView {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(120);

  private final ApiClient client;
  private final Terminal terminal;
  private final Style style;
  private final List<String> agentIds;
  private final Map<String, String> titles;
  private final Map<String, TaskInfo> ended = new HashMap<>();
  private final Map<String, String> told = new HashMap<>();

  /**
   * A view of these.
   *
   * @param client of a node that knows them
   * @param agentIds in the order to show
   * @param titles of the tasks by task id, in the order to show
   */
  public DemoView(
      ApiClient client,
      Terminal terminal,
      Style style,
      List<String> agentIds,
      Map<String, String> titles) {
    this.client = client;
    this.terminal = terminal;
    this.style = style;
    this.agentIds = List.copyOf(agentIds);
    this.titles = new LinkedHashMap<>(titles);
  }

  /** Shows the tasks until all have ended or this time is over. True if all have completed. */
  public boolean show(Duration atMost) throws InterruptedException {
    Instant until = terminal.clock().instant().plus(atMost);
    DemoProgress last = terminal.outIsTerminal() ? draw(until) : tell(until);
    int width = terminal.outIsTerminal() ? terminal.columns() : Integer.MAX_VALUE;
    terminal.out().println(String.join("\n", DemoReport.lines(last, width, style)));
    return last.allCompleted();
  }

  private DemoProgress draw(Instant until) throws InterruptedException {
    DemoBoard board = new DemoBoard(terminal.columns(), style);
    try (LiveArea area = new LiveArea(terminal)) {
      for (int frame = 0; ; frame++) {
        DemoProgress progress = look();
        area.draw(board.lines(progress, frame));
        if (isOver(progress, until)) {
          return progress;
        }
        terminal.pause().of(BETWEEN_LOOKS);
      }
    }
  }

  private DemoProgress tell(Instant until) throws InterruptedException {
    while (true) {
      DemoProgress progress = look();
      progress.items().forEach(item -> tell(item, progress));
      if (isOver(progress, until)) {
        return progress;
      }
      terminal.pause().of(BETWEEN_LOOKS);
    }
  }

  private void tell(Item item, DemoProgress progress) {
    TaskInfo task = item.task();
    if (task.state().equals("submitted")) {
      return;
    }
    String news = Text.pad(task.state(), 10) + " " + task.agentId();
    if (!news.equals(told.put(task.taskId(), news))) {
      Duration at =
          Duration.between(progress.startedAt(), task.ended() ? task.updatedAt() : progress.now());
      terminal
          .out()
          .println(
              "%7s  %s  %s"
                  .formatted(Text.seconds(at), Text.pad(item.title(), 18), news)
                  .stripTrailing());
    }
  }

  private static boolean isOver(DemoProgress progress, Instant until) {
    return progress.allEnded() || progress.now().isAfter(until);
  }

  private DemoProgress look() throws InterruptedException {
    List<Item> items = new ArrayList<>();
    for (Map.Entry<String, String> title : titles.entrySet()) {
      TaskInfo task = ended.get(title.getKey());
      task = task == null ? read(title.getKey()) : task;
      items.add(new Item(title.getValue(), task));
    }
    List<AgentInfo> agents = new ArrayList<>();
    for (String agentId : agentIds) {
      agents.add(AgentInfo.of(client.get("/v1/agents/" + ApiRequest.segment(agentId))));
    }
    return new DemoProgress(items, agents, terminal.clock().instant());
  }

  private TaskInfo read(String taskId) throws InterruptedException {
    String path = "/v1/tasks/" + ApiRequest.segment(taskId);
    TaskInfo task = TaskInfo.of(client.get(path)).decided(client.get(path + "/decisions"));
    if (task.ended()) {
      ended.put(taskId, task);
    }
    return task;
  }
}

package io.longshore.gateway;

import io.longshore.agents.Message;
import io.longshore.agents.Sent;
import io.longshore.gateway.MessageBody.Addressed;
import io.longshore.gateway.MessageBody.Kind;
import io.longshore.gateway.MessageBody.Recipient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** The messages of one call, gathered by recipient and sent in order. */
final class MessageRuns {
  private final MessageSending sending;
  private final SentMessages sent;
  private List<CompletionStage<?>> open = new ArrayList<>();
  private Map<String, Run> runs = new LinkedHashMap<>();
  private CompletableFuture<Done> handedOver =
      CompletableFuture.completedFuture(Done.getInstance());
  private @Nullable Kind kind;
  private boolean begun;

  /**
   * No messages yet.
   *
   * @param sent counts what becomes of them
   */
  MessageRuns(MessageSending sending, SentMessages sent) {
    this.sending = sending;
    this.sent = sent;
  }

  /** Messages to the same recipient. */
  private static final class Run {
    final Recipient to;
    final int line;
    final List<Message> messages = new ArrayList<>();
    int lastLine;

    Run(Recipient to, int line) {
      this.to = to;
      this.line = line;
    }
  }

  /**
   * Adds one. Those to one agent go together, and those to one topic. Where the kind of the
   * recipients changes, what was gathered is sent first: an agent may be meant by all three kinds.
   */
  void add(Addressed message, int line) {
    Recipient to = message.to();
    if (to.kind() != kind || (kind == Kind.TOPIC && !runs.containsKey(to.name()))) {
      dispatch();
      kind = to.kind();
    }
    String key = kind == Kind.CAPABILITY ? Integer.toString(line) : to.name();
    Run run = runs.computeIfAbsent(key, name -> new Run(to, line));
    run.messages.add(message.message());
    run.lastLine = line;
  }

  /** Whether any was sent. */
  boolean begun() {
    return begun;
  }

  /** Sends what was gathered; done when it is known what became of it and of all before. */
  CompletionStage<Done> send() {
    dispatch();
    List<CompletionStage<?>> all = open;
    open = new ArrayList<>();
    return all(all);
  }

  private static CompletionStage<Done> all(List<CompletionStage<?>> stages) {
    CompletableFuture<?>[] all =
        stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(all).thenApply(nothing -> Done.getInstance());
  }

  /**
   * Sends what was gathered as soon as all before is handed over, which mostly it is: only a large
   * topic, or an agent that this node does not know yet, takes longer.
   */
  private void dispatch() {
    if (runs.isEmpty()) {
      return;
    }
    begun = true;
    List<Run> gathered = List.copyOf(runs.values());
    runs = new LinkedHashMap<>();
    CompletableFuture<Done> before = handedOver;
    CompletableFuture<Done> over = new CompletableFuture<>();
    AtomicInteger missing = new AtomicInteger(gathered.size());
    Runnable oneOver =
        () -> {
          if (missing.decrementAndGet() == 0) {
            over.complete(Done.getInstance());
          }
        };
    handedOver = over;
    if (before.isDone()) {
      open.addAll(send(gathered, oneOver));
    } else {
      open.add(before.thenCompose(done -> all(send(gathered, oneOver))));
    }
  }

  private List<CompletionStage<?>> send(List<Run> gathered, Runnable oneOver) {
    List<CompletionStage<?>> answers = new ArrayList<>(gathered.size());
    for (Run run : gathered) {
      answers.add(
          sending
              .send(run.to, run.messages, oneOver)
              .handle(
                  (what, failure) -> {
                    sentOrRefused(run, what, failure);
                    return Done.getInstance();
                  }));
    }
    return answers;
  }

  private void sentOrRefused(Run run, @Nullable Sent what, @Nullable Throwable failure) {
    if (what != null) {
      sent.add(what, run.line, run.lastLine);
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof ProblemException refused)) {
      throw new CompletionException(cause);
    }
    sent.refuse(run.messages.size(), refused.problem(), run.line, run.lastLine);
  }
}

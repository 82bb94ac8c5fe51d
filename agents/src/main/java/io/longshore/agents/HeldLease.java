package io.longshore.agents;

import io.longshore.agents.HeldLeases.Timer;
import io.longshore.agents.WorkSource.ExtendReply;
import io.longshore.agents.WorkSource.ExtendReply.Prolonged;
import io.longshore.persistence.Answer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease in the hands of a worker inside the node. It is extended every third of its length until
 * it ends, and the first end counts. Thread-safe.
 */
final class HeldLease implements TaskContext {
  private static final Logger log = LoggerFactory.getLogger(HeldLease.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final long SHORTEST_TERM = 1_000;

  private final Lease lease;
  private final WorkSource source;
  private final Timer timer;
  private final Clock clock;
  private final int maxOutput;
  private final Consumer<HeldLease> over;
  private final Duration beat;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicReference<byte @Nullable []> progress = new AtomicReference<>();
  private volatile long expiresAt;
  private volatile Runnable callOff = () -> {};
  private boolean stopped;
  private Runnable onStop = () -> {};

  HeldLease(
      Lease lease,
      WorkSource source,
      Timer timer,
      Clock clock,
      int maxOutput,
      Consumer<HeldLease> over) {
    this.lease = lease;
    this.source = source;
    this.timer = timer;
    this.clock = clock;
    this.maxOutput = maxOutput;
    this.over = over;
    this.expiresAt = lease.expiresAt();
    this.beat = Duration.ofMillis(Math.max(SHORTEST_TERM, lease.expiresAt() - clock.millis()) / 3);
  }

  Lease lease() {
    return lease;
  }

  /** Starts to extend it. */
  void keep() {
    callOff = timer.after(beat, this::extend);
  }

  private void extend() {
    if (!ended.get()) {
      source
          .extend(lease.taskId(), lease.leaseToken(), progress.getAndSet(null))
          .whenComplete((answer, error) -> extended(answer));
    }
  }

  private void extended(@Nullable Answer<ExtendReply> answer) {
    if (ended.get()) {
      return;
    }
    if (!(answer instanceof Answer.Replied<ExtendReply> replied)) {
      if (clock.millis() < expiresAt) {
        callOff = timer.after(retryAfter(answer), this::extend);
      } else {
        stop();
      }
    } else if (replied.reply() instanceof Prolonged prolonged) {
      expiresAt = prolonged.expiresAt();
      keep();
    } else {
      log.info("Task {}: canceled, or its lease was lost, before the work ended", lease.taskId());
      stop();
    }
  }

  /** What to do when going on makes no sense; done at once if that is so already. */
  void onStop(Runnable action) {
    boolean now;
    synchronized (this) {
      onStop = action;
      now = stopped;
    }
    if (now) {
      action.run();
    }
  }

  /** Tells the worker to stop. */
  void stop() {
    Runnable action;
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      action = onStop;
    }
    action.run();
  }

  @Override
  public synchronized boolean canceled() {
    return stopped;
  }

  @Override
  public void progress(byte[] json) {
    if (json.length <= maxOutput && JsonText.isValue(json)) {
      progress.set(json.clone());
    }
  }

  /** Whether an end was chosen. */
  boolean isEnded() {
    return ended.get();
  }

  /** Ends it with a result, if that is JSON and not too large. */
  void complete(byte[] output) {
    TaskFailure wrong = wrong(output, "output");
    if (wrong == null) {
      end(() -> source.complete(lease.taskId(), lease.leaseToken(), output));
    } else {
      fail(wrong);
    }
  }

  /** Ends it with a question to the submitter, if that is JSON and not too large. */
  void requireInput(byte[] prompt) {
    TaskFailure wrong = wrong(prompt, "prompt");
    if (wrong == null) {
      end(() -> source.requireInput(lease.taskId(), lease.leaseToken(), prompt));
    } else {
      fail(wrong);
    }
  }

  private @Nullable TaskFailure wrong(byte[] json, String what) {
    if (json.length > maxOutput) {
      return TaskFailure.permanent(
          what + "-too-large",
          "the %s has %d bytes; it may have %d".formatted(what, json.length, maxOutput));
    }
    return JsonText.isValue(json)
        ? null
        : TaskFailure.permanent("invalid-" + what, "the %s is not one JSON value".formatted(what));
  }

  /** Ends it without a result. */
  void fail(TaskFailure failure) {
    if (!ended.get()) {
      log.info(
          "Task {}, attempt {}: {}: {}",
          lease.taskId(),
          lease.attempt(),
          failure.code(),
          failure.message());
    }
    end(() -> source.fail(lease.taskId(), lease.leaseToken(), failure));
  }

  /** Gives it back untried. */
  void release() {
    end(() -> source.release(lease.taskId(), lease.leaseToken()));
  }

  /** Gives it back and tells the worker to stop. */
  void giveBack() {
    release();
    stop();
  }

  /** Leaves it to the agent, who ends it by itself: extended once more and then no more. */
  void leaveToAgent() {
    end(
        () ->
            source
                .extend(lease.taskId(), lease.leaseToken(), null)
                .thenApply(answer -> answer.map(Prolonged.class::isInstance)));
  }

  private void end(Supplier<CompletionStage<Answer<Boolean>>> call) {
    if (ended.compareAndSet(false, true)) {
      callOff.run();
      untilAnswered(call);
    }
  }

  /** Repeats a call that changes nothing when repeated, for as long as the lease lasts. */
  private void untilAnswered(Supplier<CompletionStage<Answer<Boolean>>> call) {
    call.get()
        .whenComplete(
            (answer, error) -> {
              if (answer instanceof Answer.Replied<Boolean> replied) {
                if (!replied.reply()) {
                  log.info("Task {}: its lease was over before its end was told", lease.taskId());
                }
                over.accept(this);
              } else if (clock.millis() < expiresAt) {
                timer.after(retryAfter(answer), () -> untilAnswered(call));
              } else {
                over.accept(this);
              }
            });
  }

  private static Duration retryAfter(@Nullable Answer<?> answer) {
    return answer == null || answer.retryAfter().isZero() ? RETRY : answer.retryAfter();
  }
}

package io.longshore.persistence;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One durable slice of a registry or ledger: decides whole batches against its evolving state,
 * commits each as one journal row, then answers.
 *
 * <p>The state is mutable and runs ahead of the journal between decision and commit. Nobody sees it
 * in that time, because the actor handles nothing else meanwhile; if the commit fails the actor
 * stops, the state is lost, and the next message recovers it from the journal.
 *
 * @param <S> the state
 * @param <C> the sealed family of commands
 * @param <E> the sealed family of events
 */
public abstract class Partition<S, C extends PartitionCommand<?>, E>
    extends EventSourcedBehavior<PartitionMessage, EventBatch, S> {

  private static final Logger log = LoggerFactory.getLogger(Partition.class);
  private static final int MAX_DUE = 1_000;

  /** A recovery that takes longer is worth telling. */
  private static final long SLOW_RECOVERY_MILLIS = 1_000;

  /** The actor's own context. */
  protected final ActorContext<PartitionMessage> context;

  /** Which slice this is. */
  protected final int partition;

  /** The only source of time. */
  protected final Clock clock;

  private final PartitionLogic<S, C, E> logic;
  private boolean live;
  private boolean opened;
  private final BatchAnswers answers;
  private final Saving<S> saving;

  /**
   * While a process stands still others may take a partition's place and, if it takes long, save
   * and delete those rows of the journal that its own would collide with: what it commits then
   * might be kept by nobody.
   */
  private final Standstills standstills;

  private final int standstillsBefore;
  private final long begun;

  /** When the message under way was taken. */
  private long taken;

  /** A partition; {@code timers} are those of the same actor. */
  protected Partition(
      PartitionLogic<S, C, E> logic,
      String typeName,
      int partition,
      PartitionsSettings settings,
      Clock clock,
      ActorContext<PartitionMessage> context,
      TimerScheduler<PartitionMessage> timers) {
    this(logic, typeName, partition, settings, clock, context, timers, Standstills.ofProcess());
  }

  /** A partition of a process that stands still when a test says so. */
  Partition(
      PartitionLogic<S, C, E> logic,
      String typeName,
      int partition,
      PartitionsSettings settings,
      Clock clock,
      ActorContext<PartitionMessage> context,
      TimerScheduler<PartitionMessage> timers,
      Standstills standstills) {
    super(PersistenceId.of(typeName, Integer.toString(partition)));
    this.logic = logic;
    this.partition = partition;
    this.clock = clock;
    this.context = context;
    this.standstills = standstills;
    this.standstillsBefore = standstills.count();
    this.begun = standstills.now();
    this.answers = new BatchAnswers(context.getSystem(), settings.maxBatchBytes());
    this.saving =
        new Saving<>(
            persistenceId().id(),
            logic.snapshots(),
            settings.snapshot(),
            (id, firstRow, sequenceNumber, now, snapshot) ->
                Snapshots.of(context.getSystem())
                    .save(id, firstRow, sequenceNumber, now, snapshot));
    timers.startTimerWithFixedDelay(new PartitionMessage.Tick(), settings.tick());
  }

  /**
   * Called after each freshly decided event is applied and before it is committed, in order: the
   * place to gather what {@link #committed} will tell others. Nothing may leave from here.
   */
  protected void evolved(S state, E event) {}

  /** Called after every commit, with what was committed: the place to tell others. */
  protected void committed(S state, List<E> events) {}

  /** Called once when the state is recovered, before the first command. */
  protected void recovered(S state) {}

  /** Called for every message that is not of this floor. Must not change the state. */
  protected void soft(S state, PartitionMessage message) {}

  /** Decides what follows from the outcome of something begun; committed like any decision. */
  protected List<E> own(S state, PartitionMessage.Own outcome) {
    return List.of();
  }

  /** Called at every tick, after due events are committed. */
  protected void ticked(S state, long now) {}

  /** The time as events see it: whole milliseconds. */
  protected final long now() {
    return clock.millis();
  }

  @Override
  public final S emptyState() {
    return logic.empty();
  }

  @Override
  public final CommandHandler<PartitionMessage, EventBatch, S> commandHandler() {
    return (state, message) -> {
      taken = standstills.now();
      if (message instanceof PartitionMessage.Batch batch) {
        answers.owe(batch);
        return stoodStill() ? startAnew() : decide(state, batch);
      }
      if (stoodStill()) {
        return startAnew();
      }
      if (message instanceof PartitionMessage.Tick) {
        return tick(state);
      }
      if (message instanceof PartitionMessage.Own outcome) {
        return own(state, outcome, now());
      }
      if (message instanceof PartitionMessage.Wake wake) {
        wake.replyTo().tell(new PartitionMessage.Awake(partition));
      } else {
        soft(state, message);
      }
      return Effect().none();
    };
  }

  /** Whether the process has ever stood still since this began to recover. */
  private boolean stoodStill() {
    return standstills.count() != standstillsBefore;
  }

  private Effect<EventBatch, S> startAnew() {
    log.info("Partition {} was not running for a while and starts anew", partition);
    return Effect().stop();
  }

  private Effect<EventBatch, S> decide(S state, PartitionMessage.Batch batch) {
    long now = now();
    List<E> events = open(state, now);
    List<Object> replies = new ArrayList<>(batch.commands().size());
    for (PartitionCommand<?> command : batch.commands()) {
      replies.add(decideOne(state, command, now, events));
    }
    return commit(state, events, () -> answers.answer(replies));
  }

  /** A command that cannot be decided must not take its innocent neighbours with it. */
  @SuppressWarnings("unchecked") // a foreign command fails in decide's own cast and is undecided
  private Object decideOne(S state, PartitionCommand<?> command, long now, List<E> events) {
    PartitionLogic.Verdict<E> verdict;
    try {
      verdict = logic.decide(state, (C) command, now);
    } catch (RuntimeException e) {
      log.error("Partition {} cannot decide a {}", partition, command.getClass().getName(), e);
      return new PartitionMessage.Undecided();
    }
    apply(state, verdict.events(), events);
    return verdict.reply();
  }

  private Effect<EventBatch, S> tick(S state) {
    long now = now();
    List<E> events = open(state, now);
    while (events.size() < MAX_DUE) {
      List<E> due = logic.due(state, now, MAX_DUE - events.size());
      if (due.isEmpty()) {
        break;
      }
      apply(state, due, events);
    }
    return commit(state, events, () -> ticked(state, now));
  }

  private Effect<EventBatch, S> own(S state, PartitionMessage.Own outcome, long now) {
    List<E> events = open(state, now);
    apply(state, own(state, outcome), events);
    return commit(state, events, () -> {});
  }

  private List<E> open(S state, long now) {
    List<E> events = new ArrayList<>();
    if (!opened) {
      opened = true;
      apply(state, logic.opened(state, now), events);
    }
    return events;
  }

  private void apply(S state, List<E> decided, List<E> events) {
    for (E event : decided) {
      logic.evolve(state, event);
      evolved(state, event);
      events.add(event);
    }
  }

  private Effect<EventBatch, S> commit(S state, List<E> events, Runnable onCommitted) {
    if (stoodStill() || standstills.now() - taken >= Standstills.LONG_MILLIS) {
      return startAnew();
    }
    if (events.isEmpty()) {
      onCommitted.run();
      return Effect().none();
    }
    EventBatch batch = EventBatch.of(events, logic.events());
    return Effect()
        .persist(batch)
        .thenRun(
            () -> {
              if (stoodStill()) {
                return; // nobody is told, and the next message stops it
              }
              onCommitted.run();
              committed(state, events);
              saving.journaled(batch);
              saving.saveIfWorthIt(state, lastSequenceNumber(context), now());
            });
  }

  @Override
  public final EventHandler<S, EventBatch> eventHandler() {
    return (state, batch) -> {
      if (!live) {
        saving.journaled(batch);
        batch.events(logic.events()).forEach(event -> logic.evolve(state, event));
      }
      return state;
    };
  }

  @Override
  public final SignalHandler<S> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            state -> {
              live = true;
              saving.begins(lastSequenceNumber(context) + 1);
              long millis = standstills.now() - begun;
              if (millis > SLOW_RECOVERY_MILLIS) {
                log.info("{} is recovered after {} ms", persistenceId().id(), millis);
              }
              recovered(state);
            })
        .onSignal(PostStop.instance(), state -> answers.stopped())
        .build();
  }

  @Override
  public final SnapshotAdapter<S> snapshotAdapter() {
    return new ReadSnapshots<>(saving::restored);
  }
}

package io.longshore.persistence;

import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.AddHeavy;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Command;
import io.longshore.persistence.NumbersProtocol.Contents;
import io.longshore.persistence.NumbersProtocol.Explode;
import io.longshore.persistence.NumbersProtocol.Hold;
import io.longshore.persistence.NumbersProtocol.Passed;
import io.longshore.persistence.NumbersProtocol.Recall;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The simplest partition that shows everything: a set of numbers. */
final class NumbersLogic
    implements PartitionLogic<NumbersLogic.Numbers, Command<?>, NumbersLogic.Event> {

  /** The state. */
  static final class Numbers {
    final Set<Long> all = new LinkedHashSet<>();
    int openings;
  }

  /** What is kept. */
  sealed interface Event {}

  /** A number is remembered. */
  record NumberAdded(long number) implements Event {}

  /** A new incarnation writes. */
  record Opened(long at) implements Event {}

  /** Once this number is there the partition itself adds its double, at the next tick. */
  static final long DOUBLES = 21;

  private final Gate gate;

  NumbersLogic(Gate gate) {
    this.gate = gate;
  }

  @Override
  public Numbers empty() {
    return new Numbers();
  }

  @Override
  public Verdict<Event> decide(Numbers state, Command<?> command, long now) {
    if (command instanceof Add add) {
      return add(state, add, add.number());
    }
    if (command instanceof AddHeavy add) {
      return add(state, add, add.number());
    }
    if (command instanceof Recall recall) {
      return Verdict.reply(recall, new Contents(Set.copyOf(state.all), state.openings));
    }
    if (command instanceof Hold hold) {
      gate.pass();
      return Verdict.reply(hold, new Passed());
    }
    if (command instanceof Explode) {
      throw new IllegalStateException("thrown on purpose");
    }
    throw new IllegalArgumentException("Not a command: " + command);
  }

  private static Verdict<Event> add(Numbers state, Command<Added> command, long number) {
    return state.all.contains(number)
        ? Verdict.reply(command, new Added(number, false))
        : Verdict.reply(command, new Added(number, true), new NumberAdded(number));
  }

  @Override
  public void evolve(Numbers state, Event event) {
    if (event instanceof NumberAdded added) {
      state.all.add(added.number());
    } else {
      state.openings++;
    }
  }

  @Override
  public List<Event> due(Numbers state, long now, int limit) {
    boolean due = state.all.contains(DOUBLES) && !state.all.contains(2 * DOUBLES);
    return due ? List.of(new NumberAdded(2 * DOUBLES)) : List.of();
  }

  @Override
  public List<Event> opened(Numbers state, long now) {
    return List.of(new Opened(now));
  }

  @Override
  public BlobCodec<Event> events() {
    return new EventCodec();
  }

  @Override
  public BlobCodec<Numbers> snapshots() {
    return new NumbersCodec();
  }

  /** Events as they are kept. */
  static final class EventCodec implements BlobCodec<Event> {
    @Override
    public String name(Event event) {
      return event instanceof NumberAdded ? "number-added" : "opened";
    }

    @Override
    public void write(Event event, BlobWriter out) {
      if (event instanceof NumberAdded added) {
        out.number(added.number());
      } else if (event instanceof Opened opened) {
        out.number(opened.at());
      }
    }

    @Override
    public Event read(String name, BlobReader in) {
      return switch (name) {
        case "number-added" -> new NumberAdded(in.number());
        case "opened" -> new Opened(in.number());
        default -> throw new IllegalArgumentException(name + " is of a newer version");
      };
    }
  }

  /** The state as it is kept. */
  static final class NumbersCodec implements BlobCodec<Numbers> {
    @Override
    public String name(Numbers state) {
      return "numbers";
    }

    @Override
    public void write(Numbers state, BlobWriter out) {
      out.number(state.openings).number(state.all.size());
      state.all.forEach(out::number);
    }

    @Override
    public Numbers read(String name, BlobReader in) {
      Numbers state = new Numbers();
      state.openings = in.count();
      int count = in.count();
      for (int i = 0; i < count; i++) {
        state.all.add(in.number());
      }
      return state;
    }
  }
}

package org.skerry.verify.lint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** L002: MVars that are taken in an order here and in another there. */
final class OrderRule {
  /** Longer circles are told as the shorter ones that they nearly always contain. */
  private static final int MAX_CIRCLE = 8;

  /** Places that show one order of two MVars; more would only say it again. */
  private static final int MAX_PLACES = 8;

  /** Circles that are looked for from one MVar: their number may be exponential. */
  private static final int MAX_TRIES = 100_000;

  /** A place where an MVar is asked for while another is held. */
  private record Place(LintedFunction function, Step step, Holds held, Effects.Caused caused) {
    int to() {
      return caused.effect().mvar();
    }
  }

  private final LintedProgram program;
  private final Effects effects;
  private final List<Finding> findings;

  /** By the MVar held, by the MVar asked for. */
  private final List<TreeMap<Integer, List<Place>>> places = new ArrayList<>();

  private final BitSet written = new BitSet();
  private final Set<Set<Integer>> reported = new HashSet<>();
  private int tries;

  OrderRule(LintedProgram program, Effects effects, List<Finding> findings) {
    this.program = program;
    this.effects = effects;
    this.findings = findings;
  }

  void check() {
    for (int i = 0; i < program.mvarCount(); i++) {
      places.add(new TreeMap<>());
    }
    program.functions().forEach(this::findWritten);
    program.functions().forEach(this::findPlaces);
    for (int length = 2; length <= MAX_CIRCLE; length++) {
      for (int mvar = 0; mvar < program.mvarCount(); mvar++) {
        tries = 0;
        extend(mvar, new ArrayList<>(), length);
      }
    }
  }

  private void findWritten(LintedFunction function) {
    for (Effects.Effect effect : effects.of(function)) {
      if (effect.deed() == Deed.WRITES || effect.deed() == Deed.HOLDS_WRITE) {
        written.set(effect.mvar());
      }
    }
  }

  private void findPlaces(LintedFunction function) {
    for (Step step : function.steps()) {
      if (step.held() == null) {
        continue;
      }
      for (Effects.Caused caused : effects.caused(function, step)) {
        Deed deed = caused.effect().deed();
        boolean asks = deed == Deed.ASKS_TO_READ || deed == Deed.ASKS_TO_WRITE;
        for (Holds held = step.held(); asks && held != null; held = held.below()) {
          addPlace(new Place(function, step, held, caused));
        }
      }
    }
  }

  private void addPlace(Place place) {
    int from = place.held().mvar();
    int to = place.to();
    boolean counts =
        from != to
            && written.get(from)
            && written.get(to)
            && !Holds.holds(place.step().held(), to)
            && Holds.outermost(place.step().held(), from) == place.held()
            && !isPrepared(place);
    if (counts) {
      List<Place> same = places.get(from).computeIfAbsent(to, key -> new ArrayList<>());
      if (same.size() < MAX_PLACES) {
        same.add(place);
      }
    }
  }

  /**
   * Whether the error deadlock leads to a handler that finds the MVar released: one of the
   * function, or where that has none there, one around every call of it.
   */
  private boolean isPrepared(Place place) {
    Step step = place.step();
    if (step.handler() >= 0) {
      return !Holds.holds(Holds.first(step.held(), step.kept()), place.held().mvar());
    }
    return program.isCaughtAbove(place.function());
  }

  /** Looks for circles that begin with the least of their MVars. */
  private void extend(int first, List<Place> path, int length) {
    int last = path.isEmpty() ? first : path.getLast().to();
    for (var entry : places.get(last).entrySet()) {
      int next = entry.getKey();
      boolean closes = path.size() == length - 1;
      boolean fits =
          closes
              ? next == first
              : next > first && path.stream().noneMatch(place -> place.to() == next);
      if (!fits || ++tries > MAX_TRIES) {
        continue;
      }
      for (Place place : entry.getValue()) {
        if (path.stream().allMatch(other -> canMeet(other, place))) {
          path.add(place);
          if (closes) {
            report(path);
          } else {
            extend(first, path, length);
          }
          path.removeLast();
          if (closes) {
            break;
          }
        }
      }
    }
  }

  /** Two places that hold the same third MVar, one of them for writing, exclude each other. */
  private boolean canMeet(Place one, Place other) {
    Set<Integer> held = new HashSet<>(program.heldOnEntry(one.function()));
    for (Holds at = one.step().held(); at != null; at = at.below()) {
      held.add(at.mvar());
    }
    return held.stream()
        .noneMatch(mvar ->
            holds(other, mvar, false) && (holds(one, mvar, true) || holds(other, mvar, true)));
  }

  private boolean holds(Place place, int mvar, boolean toWrite) {
    Holds held = place.step().held();
    return toWrite
        ? Holds.holdsToWrite(held, mvar) || program.isHeldOnEntry(place.function(), mvar, true)
        : Holds.holds(held, mvar) || program.isHeldOnEntry(place.function(), mvar, false);
  }

  private void report(List<Place> circle) {
    Set<Integer> mvars = new HashSet<>();
    circle.forEach(place -> mvars.add(place.to()));
    boolean known = reported.stream().anyMatch(mvars::containsAll);
    if (known) {
      return;
    }
    reported.add(mvars);
    Place first = circle.getFirst();
    List<Finding.Link> chain = new ArrayList<>();
    List<String> orders = new ArrayList<>();
    for (Place place : circle) {
      LintedFunction function = place.function();
      Step lock = function.step(place.held().pc());
      chain.add(Effects.link(function, lock, effects.describe(function, lock)));
      chain.addAll(effects.chain(function, place.step(), place.caused()));
      orders.add(
          function.name()
              + " holds "
              + program.mvarName(place.held().mvar(), first.function())
              + " and asks for "
              + program.mvarName(place.to(), first.function()));
    }
    findings.add(
        new Finding(
            Rule.L002,
            first.function().module.source(),
            first.step().line(),
            first.function().name(),
            String.join("; ", orders),
            chain,
            "take them in one order everywhere, or let go of the first before asking for the"
                + " next"));
  }
}

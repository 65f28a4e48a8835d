package org.skerry.compare;

import java.util.List;

/**
 * A row of the table: a figure of a benchmark that Skerry and other runtimes share. Less is better
 * in each.
 */
enum Question {
  PINGPONG("pingpong", "ping-pong, a message", Unit.NS, Group.MESSAGES),
  RING("ring", "ring of 503, a hop", Unit.NS, Group.MESSAGES),
  SPAWN("spawn", "spawn and exit, a process", Unit.NS, Group.MESSAGES),
  IDLE("idle", "idle", "bytes_per_proc", "", "idle process, resident", Unit.BYTES, Group.MESSAGES),
  SKYNET("skynet", "skynet, a leaf", Unit.NS, Group.MESSAGES),
  FANIN("fanin", "fan-in, a message", Unit.NS, Group.MESSAGES),
  LIST("bigmsg:list", "bigmsg", "", "cons", "list of 1,000 integers", Unit.NS, Group.MESSAGES),
  ARRAY("bigmsg:array", "bigmsg", "", "", "array of 1,000 integers", Unit.NS, Group.MESSAGES),
  RWLOCK("rwlock", "rwlock, an operation", Unit.NS, Group.MESSAGES),
  TIMERS_P99("timers", "timers", "p99_us", "", "timers, p99 late", Unit.US, Group.MESSAGES),
  TIMERS_ALL("timers", "timers", "wall_ms", "", "timers, all", Unit.MS, Group.MESSAGES),
  FAIRNESS("fairness", "fair", "", "", "fairness, p99 late", Unit.NS, Group.MESSAGES),
  HELLO(Starts.NAME, "hello, start to end", Unit.NS, Group.MESSAGES),
  FIB("fib", "fib(35)", Unit.NS, Group.CPU),
  NBODY("nbody", "n-body", Unit.NS, Group.CPU),
  SPECTRALNORM("spectralnorm", "spectral", "", "", "spectral-norm", Unit.NS, Group.CPU),
  FANNKUCH("fannkuch", "fannkuch-10", Unit.NS, Group.CPU),
  BINARYTREES("binarytrees", "bintrees", "", "", "binary-trees 16", Unit.NS, Group.CPU),
  NSIEVE("nsieve", "nsieve 8M", Unit.NS, Group.CPU),
  MANDELBROT("mandelbrot", "mandel", "", "", "mandelbrot", Unit.NS, Group.CPU);

  /** What a figure is counted in. */
  enum Unit {
    NS(1),
    US(1e3),
    MS(1e6),
    BYTES(1);

    private final double ns;

    Unit(double ns) {
      this.ns = ns;
    }
  }

  /** A table of its own, with the runtimes that have such programs. */
  enum Group {
    MESSAGES("Processes and messages", Peer.TOKIO, Peer.GO, Peer.ERLANG, Peer.LOOM, Peer.PEKKO),
    CPU("Computing", Peer.JAVA, Peer.C, Peer.GO, Peer.LUAJIT, Peer.ERLANG, Peer.LUA);

    final String title;
    final List<Peer> peers;

    Group(String title, Peer... peers) {
      this.title = title;
      this.peers = List.of(peers);
    }
  }

  /** Its name for {@code skerry bench}. */
  final String name;

  /** Its name for the peers. */
  final String bench;

  /** Which of the further figures of a row it is; empty for the time of an operation. */
  private final String key;

  /** The variant of peers that does this, where they have others that do something else. */
  private final String variant;

  final String title;
  final Unit unit;
  final Group group;

  Question(String name, String title, Unit unit, Group group) {
    this(name, name, "", "", title, unit, group);
  }

  Question(
      String name, String bench, String key, String variant, String title, Unit unit, Group group) {
    this.name = name;
    this.bench = bench;
    this.key = key;
    this.variant = variant;
    this.title = title;
    this.unit = unit;
    this.group = group;
  }

  /** Whether a row answers it. */
  boolean isAnsweredBy(Results.Row row) {
    if (!row.bench().equals(bench)) {
      return false;
    }
    if (!bench.equals("bigmsg")) {
      return true;
    }
    // Erlang has no arrays: what it sends is a list.
    boolean isList = row.peer() == Peer.ERLANG || row.variant().equals("cons");
    return isList == variant.equals("cons");
  }

  /** The figure in a row, in ns or bytes; NaN where the row has none. */
  double figure(Results.Row row) {
    if (key.isEmpty()) {
      return row.nsPerOp();
    }
    return row.extra().containsKey(key) ? row.extra().get(key) * unit.ns : Double.NaN;
  }

  /** As people read it. */
  String shown(double figure) {
    return unit == Unit.BYTES ? Numbers.whole(figure) + " B" : Numbers.time(figure);
  }
}

package org.skerry.compare;

import java.util.Arrays;

/** Whose programs are compared. Colours are for a light page and for a dark one. */
enum Peer {
  SKERRY("skerry", "Skerry", "#000000", "#ffffff"),
  TOKIO("tokio", "tokio", "#b64f00", "#ff9d4d"),
  GO("go", "Go", "#00728a", "#4fd0e6"),
  ERLANG("erlang", "Erlang", "#a3124f", "#ff7fb0"),
  LOOM("jvt", "virtual threads", "#2f7d32", "#7fd483"),
  PEKKO("pekko", "Pekko", "#5b3fbf", "#b7a3ff"),
  JAVA("java", "Java", "#2f7d32", "#7fd483"),
  C("c", "C", "#555555", "#bbbbbb"),
  LUAJIT("luajit", "LuaJIT", "#1a49c4", "#86aaff"),
  LUA("lua", "Lua", "#8a6d00", "#e3c54a");

  /** Its name for the peers' scripts. */
  final String key;

  final String title;
  final String lightColour;
  final String darkColour;

  Peer(String key, String title, String lightColour, String darkColour) {
    this.key = key;
    this.title = title;
    this.lightColour = lightColour;
    this.darkColour = darkColour;
  }

  /** The runtime of a peer; null where it is none of these. */
  static Peer of(String peer) {
    String name = peer.replaceFirst(":.*", "");
    return Arrays.stream(values()).filter(each -> each.key.equals(name)).findFirst().orElse(null);
  }
}

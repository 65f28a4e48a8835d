package org.skerry.mvar;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.skerry.memory.LayoutTable;
import org.skerry.term.Maps;

/**
 * The bytes of shared maps: the map's record, nodes, keys and values, snapshots. See {@code
 * native-notes/shared-map.md}.
 *
 * <p>"Latched" below: written and read by whoever holds the map's latch, plain.
 */
final class SharedMapLayout {
  private static final int CACHE_LINE_BYTES = 64;

  /** The record of a map. Its first line is what readers by key load, and is seldom written. */
  static final LayoutTable MAP =
      LayoutTable.of(
              "shared map",
              structLayout(
                  JAVA_LONG.withName("root"),
                  paddingLayout(CACHE_LINE_BYTES - Long.BYTES),
                  JAVA_INT.withName("latch"),
                  JAVA_INT.withName("isDetached"),
                  JAVA_LONG.withName("count"),
                  JAVA_LONG.withName("version"),
                  JAVA_LONG.withName("newest"),
                  JAVA_LONG.withName("newestOpen"),
                  JAVA_LONG.withName("pinned"),
                  JAVA_LONG.withName("fresh"),
                  JAVA_LONG.withName("victims"),
                  JAVA_LONG.withName("keyHash"),
                  JAVA_LONG.withName("key"),
                  JAVA_LONG.withName("newKey"),
                  JAVA_LONG.withName("newValue"),
                  JAVA_LONG.withName("pulledKey"),
                  JAVA_LONG.withName("pulledValue"),
                  JAVA_LONG.withName("outcome"),
                  paddingLayout(48)))
          .note("root", "top node, 0 while empty; latched release, readers acquire")
          .note("latch", "1 while somebody changes the map or its snapshots; CAS, release")
          .note(
              "isDetached",
              "1 once no MVar holds the map, 2 when its own blocks are freed; latched")
          .note("count", "entries; latched release, readers acquire")
          .note("version", "born in the next block; one more after each snapshot; latched")
          .note("newest", "newest snapshot, those that are closing included; latched")
          .note("newestOpen", "newest snapshot that is not closing; latched")
          .note("pinned", "version of that one, -1 where there is none; latched")
          .note(
              "fresh",
              "chain of the nodes that the change in progress made; latched. Once detached: bound,"
                  + " depth and stack of the walk that frees; whose it is")
          .note("victims", "chain of the blocks that it replaces; latched")
          .note("keyHash", "from here to `outcome`: operands and results of it; latched");

  /** What every block of a map begins with. */
  static final LayoutTable BLOCK =
      LayoutTable.of(
              "shared map block",
              structLayout(JAVA_LONG.withName("birth"), JAVA_LONG.withName("link")))
          .note("birth", "version (48 bits), low 16 bits of the size in words; written once")
          .note(
              "link",
              "next block of a chain / 8 (44 bits), has shared bytes (1), is dead (1), high 18 bits"
                  + " of the size; latched, then owner of the chain; readers take low bits,"
                  + " opaque");

  /** A node: entries (key, value) in order of slots, then children in order of slots. */
  static final LayoutTable NODE =
      LayoutTable.of(
              "shared map node",
              structLayout(
                  BLOCK.layout().withName("block"),
                  JAVA_LONG.withName("bitmaps"),
                  sequenceLayout(0, JAVA_LONG).withName("content")))
          .note("bitmaps", "slots with entries (low half), with children; collisions: entries")
          .note("content", "values and children: latched release, readers acquire");

  /** A snapshot: owned by a process. */
  static final LayoutTable SNAPSHOT =
      LayoutTable.of(
              "shared map snapshot",
              structLayout(
                  JAVA_LONG.withName("map"),
                  JAVA_LONG.withName("root"),
                  JAVA_LONG.withName("count"),
                  JAVA_LONG.withName("version"),
                  JAVA_LONG.withName("older"),
                  JAVA_LONG.withName("newer"),
                  JAVA_LONG.withName("dead"),
                  JAVA_LONG.withName("isClosing"),
                  JAVA_LONG.withName("ref"),
                  JAVA_LONG.withName("nextOwned"),
                  JAVA_LONG.withName("depth"),
                  sequenceLayout(Maps.MAX_LEVELS, JAVA_LONG).withName("nodes"),
                  sequenceLayout(Maps.MAX_LEVELS, JAVA_LONG).withName("positions")))
          .note("root", "the map's as it was; constant")
          .note("version", "the map's as it was: sees what was born up to it; constant")
          .note("older", "next older snapshot of the map, closing ones included; latched")
          .note("newer", "next newer one; latched")
          .note("dead", "chain of dead blocks of which this is the newest open viewer; latched")
          .note("isClosing", "1 once it is closed, 2 if it was the map then; latched")
          .note("ref", "from here on: what the owner's instructions need; owner, plain")
          .note("nodes", "closed: the stack of the walk that frees; whose turn it is")
          .note("positions", "closed: bound, chains of the dead and whom they are kept for");

  static final int ROOT = MAP.offset("root");
  static final int LATCH = MAP.offset("latch");
  static final int IS_DETACHED = MAP.offset("isDetached");
  static final int COUNT = MAP.offset("count");
  static final int VERSION = MAP.offset("version");
  static final int NEWEST = MAP.offset("newest");
  static final int NEWEST_OPEN = MAP.offset("newestOpen");
  static final int PINNED = MAP.offset("pinned");
  static final int FRESH = MAP.offset("fresh");
  static final int VICTIMS = MAP.offset("victims");
  static final int KEY_HASH = MAP.offset("keyHash");
  static final int KEY = MAP.offset("key");
  static final int NEW_KEY = MAP.offset("newKey");
  static final int NEW_VALUE = MAP.offset("newValue");
  static final int PULLED_KEY = MAP.offset("pulledKey");
  static final int PULLED_VALUE = MAP.offset("pulledValue");
  static final int OUTCOME = MAP.offset("outcome");

  /** What replaces `fresh` and what follows it in a map that is detached. */
  static final int DROP_BOUND = FRESH;

  static final int DROP_DEPTH = DROP_BOUND + Long.BYTES;
  static final int DROP_STACK = DROP_DEPTH + Long.BYTES;
  static final int MAP_BYTES = MAP.byteSize();

  static final int BIRTH = BLOCK.offset("birth");
  static final int LINK = BLOCK.offset("link");
  static final int BLOCK_BYTES = BLOCK.byteSize();

  static final int BITMAPS = NODE.offset("bitmaps");
  static final int CONTENT = NODE.offset("content");

  static final int SNAPSHOT_MAP = SNAPSHOT.offset("map");
  static final int SNAPSHOT_ROOT = SNAPSHOT.offset("root");
  static final int SNAPSHOT_COUNT = SNAPSHOT.offset("count");
  static final int SNAPSHOT_VERSION = SNAPSHOT.offset("version");
  static final int OLDER = SNAPSHOT.offset("older");
  static final int NEWER = SNAPSHOT.offset("newer");
  static final int DEAD = SNAPSHOT.offset("dead");
  static final int IS_CLOSING = SNAPSHOT.offset("isClosing");
  static final int REF = SNAPSHOT.offset("ref");
  static final int NEXT_OWNED = SNAPSHOT.offset("nextOwned");
  static final int DEPTH = SNAPSHOT.offset("depth");
  static final int NODES = SNAPSHOT.offset("nodes");
  static final int POSITIONS = SNAPSHOT.offset("positions");

  /** What replaces the positions in a snapshot that is closed. */
  static final int BOUND = POSITIONS;

  static final int UNSORTED = BOUND + Long.BYTES;
  static final int KEPT = UNSORTED + Long.BYTES;
  static final int LAST_KEPT = KEPT + Long.BYTES;
  static final int KEPT_FOR = LAST_KEPT + Long.BYTES;
  static final int SNAPSHOT_BYTES = SNAPSHOT.byteSize();

  static final int ATTACHED = 0;
  static final int DETACHED = 1;
  static final int DROPPED = 2;

  static final int CLOSING = 1;
  static final int CLOSING_AS_MAP = 2;

  static {
    if (DROP_STACK + Maps.MAX_LEVELS * Long.BYTES > MAP_BYTES) {
      throw new AssertionError("the walk that frees a map has no room in its record");
    }
  }

  private SharedMapLayout() {}
}

package org.skerry.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import org.skerry.memory.LayoutTable;

/**
 * The bytes of what a process keeps about others: its name, its links and monitors. See {@code
 * native-notes/relations.md}.
 */
public final class RelationsLayout {
  /** Buckets that lie in the record itself. */
  static final int INLINE_BUCKETS = 4;

  /** Segments of further buckets: the first has as many as there are inline, each next doubles. */
  static final int SEGMENTS = 22;

  /** The declaration. */
  public static final LayoutTable TABLE =
      LayoutTable.of(
              "relations",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("name"),
                  JAVA_LONG.withName("infoRef"),
                  JAVA_LONG.withName("infoAnswer"),
                  JAVA_LONG.withName("exitReason"),
                  JAVA_LONG.withName("segments"),
                  JAVA_INT.withName("bucketCount"),
                  JAVA_INT.withName("entryCount"),
                  MemoryLayout.sequenceLayout(INLINE_BUCKETS, JAVA_LONG).withName("buckets")))
          .note("name", "0, an atom, or nil when it is over; any, by CAS; the process, exchange")
          .note("infoRef", "ref of the question that it asked last, or 0; owner, as all below")
          .note("infoAnswer", "the answer: an immediate or the address of an image; 0 while none")
          .note("exitReason", "why it ends, see `reason`; 0 while it lives")
          .note("segments", "directory of 22 addresses of segments of buckets; 0 while not needed")
          .note("bucketCount", "buckets in use, 4 at least")
          .note("entryCount", "nodes in all buckets")
          .note("buckets", "the first four: each the address of a node, or 0");

  /** A reason that several signals share. */
  public static final LayoutTable REASON =
      LayoutTable.of(
              "reason",
              MemoryLayout.structLayout(
                  JAVA_INT.withName("reasonUses"),
                  JAVA_INT.withName("reasonIsLiteral"),
                  JAVA_LONG.withName("reasonTerm")))
          .note(
              "reasonUses", "words that refer to it; any, by atomic adds; who makes it 0 frees it")
          .note("reasonIsLiteral", "1 if `reasonTerm` is a literal of the VM; constant")
          .note("reasonTerm", "the image of the term; constant");

  static final int NAME = TABLE.offset("name");
  static final int INFO_REF = TABLE.offset("infoRef");
  static final int INFO_ANSWER = TABLE.offset("infoAnswer");
  static final int EXIT_REASON = TABLE.offset("exitReason");
  static final int SEGMENT_DIRECTORY = TABLE.offset("segments");
  static final int BUCKET_COUNT = TABLE.offset("bucketCount");
  static final int ENTRY_COUNT = TABLE.offset("entryCount");
  static final int BUCKETS = TABLE.offset("buckets");
  static final int BYTES = TABLE.byteSize();

  static final int REASON_USES = REASON.offset("reasonUses");
  static final int REASON_IS_LITERAL = REASON.offset("reasonIsLiteral");
  static final int REASON_TERM = REASON.offset("reasonTerm");
  static final int REASON_BYTES = REASON.byteSize();

  private RelationsLayout() {}
}

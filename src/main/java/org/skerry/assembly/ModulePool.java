package org.skerry.assembly;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.module.ModuleFormat;
import org.skerry.module.MvarReference;

/**
 * The atoms, literals and references (to functions, to MVars) of a module that is being assembled,
 * in the order of their first use. What is the same is there once, unless it was added.
 */
final class ModulePool {
  private final List<String> atoms = new ArrayList<>();
  private final Map<String, Integer> atomIndex = new HashMap<>();
  private final List<Literal> literals = new ArrayList<>();
  private final Map<Object, Integer> literalIndex = new HashMap<>();
  private final List<FunctionReference> references = new ArrayList<>();
  private final Map<String, Integer> referenceIndex = new HashMap<>();
  private final List<MvarReference> mvarReferences = new ArrayList<>();
  private final Map<MvarReference, Integer> mvarIndex = new HashMap<>();

  List<String> atoms() {
    return atoms;
  }

  List<Literal> literals() {
    return literals;
  }

  List<FunctionReference> references() {
    return references;
  }

  List<MvarReference> mvarReferences() {
    return mvarReferences;
  }

  /** The index of an atom, or -1 where the name or the number of atoms exceeds its limit. */
  int atom(String name) {
    Integer known = atomIndex.get(name);
    if (known != null) {
      return known;
    }
    if (atoms.size() == ModuleFormat.MAX_ENTRIES || !fits(name)) {
      return -1;
    }
    atoms.add(name);
    atomIndex.put(name, atoms.size() - 1);
    return atoms.size() - 1;
  }

  boolean hasAtom(String name) {
    return atomIndex.containsKey(name);
  }

  static boolean fits(String name) {
    return name.length() <= ModuleFormat.MAX_NAME_BYTES
        && name.getBytes(StandardCharsets.UTF_8).length <= ModuleFormat.MAX_NAME_BYTES;
  }

  int literal(Literal literal) {
    Integer known = literalIndex.get(key(literal));
    return known != null ? known : addLiteral(literal);
  }

  /** Adds a literal, though the same may be there: code finds the first. */
  int addLiteral(Literal literal) {
    literals.add(literal);
    literalIndex.putIfAbsent(key(literal), literals.size() - 1);
    return literals.size() - 1;
  }

  private static Object key(Literal literal) {
    return literal.image() == null ? (Object) literal.word() : ByteBuffer.wrap(literal.image());
  }

  int reference(FunctionReference reference) {
    Integer known = referenceIndex.get(key(reference));
    return known != null ? known : addReference(reference);
  }

  /** Adds a reference, though the same may be there: code finds the first. */
  int addReference(FunctionReference reference) {
    references.add(reference);
    referenceIndex.putIfAbsent(key(reference), references.size() - 1);
    return references.size() - 1;
  }

  int mvarReference(MvarReference reference) {
    Integer known = mvarIndex.get(reference);
    return known != null ? known : addMvarReference(reference);
  }

  /** Adds a reference to an MVar, though the same may be there: code finds the first. */
  int addMvarReference(MvarReference reference) {
    mvarReferences.add(reference);
    mvarIndex.putIfAbsent(reference, mvarReferences.size() - 1);
    return mvarReferences.size() - 1;
  }

  private static String key(FunctionReference reference) {
    return reference.module() == null
        ? reference.name()
        : reference.module() + '\0' + reference.name();
  }
}

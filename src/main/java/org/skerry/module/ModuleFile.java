package org.skerry.module;

import java.util.List;

/**
 * A module as it stands in a file: what the reader gives, the assembler makes, the verifier checks
 * and the linker loads.
 *
 * @param name the module's name, unique in a VM
 * @param source the file name that stack traces show
 * @param atoms names of the atoms that code and literals use; an atom term in a literal has an
 *     index into this list
 * @param literals terms that code uses
 * @param references functions that code names, its own among them
 * @param functions in the order of the source
 * @param mvars the MVars that it declares, in the order in which they get their first values
 * @param mvarReferences MVars that code names, its own among them
 */
public record ModuleFile(
    String name,
    String source,
    List<String> atoms,
    List<Literal> literals,
    List<FunctionReference> references,
    List<FunctionDefinition> functions,
    List<MvarDefinition> mvars,
    List<MvarReference> mvarReferences) {

  /** A module without MVars. */
  public ModuleFile(
      String name,
      String source,
      List<String> atoms,
      List<Literal> literals,
      List<FunctionReference> references,
      List<FunctionDefinition> functions) {
    this(name, source, atoms, literals, references, functions, List.of(), List.of());
  }

  /**
   * A literal: an immediate term, or an image.
   *
   * @param word the immediate term; 0 where there is an image
   * @param image the bytes of a {@code TermImage}, or null
   */
  public record Literal(long word, byte[] image) {}
}

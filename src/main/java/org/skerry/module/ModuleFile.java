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
 */
public record ModuleFile(
    String name,
    String source,
    List<String> atoms,
    List<Literal> literals,
    List<FunctionReference> references,
    List<FunctionDefinition> functions) {

  /**
   * A literal: an immediate term, or an image.
   *
   * @param word the immediate term; 0 where there is an image
   * @param image the bytes of a {@code TermImage}, or null
   */
  public record Literal(long word, byte[] image) {}
}

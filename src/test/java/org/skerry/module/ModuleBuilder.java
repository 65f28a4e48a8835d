package org.skerry.module;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/** Puts modules together for tests, wrong ones too: it checks nothing. */
public final class ModuleBuilder {
  private final String name;
  private final List<String> atoms = new ArrayList<>();
  private final List<ModuleFile.Literal> literals = new ArrayList<>();
  private final List<FunctionReference> references = new ArrayList<>();
  private final List<FunctionDefinition> functions = new ArrayList<>();
  private final List<MvarDefinition> mvars = new ArrayList<>();
  private final List<MvarReference> mvarReferences = new ArrayList<>();

  public ModuleBuilder(String name) {
    this.name = name;
  }

  public ModuleBuilder atom(String atom) {
    atoms.add(atom);
    return this;
  }

  /** Adds an atom and a literal that is it. */
  public ModuleBuilder atomLiteral(String atom) {
    atom(atom);
    return literal(Term.atom(atoms.size() - 1));
  }

  public ModuleBuilder literal(long word) {
    literals.add(new ModuleFile.Literal(word, null));
    return this;
  }

  public ModuleBuilder image(byte[] image) {
    literals.add(new ModuleFile.Literal(0, image));
    return this;
  }

  /** An image whose root is the first of the objects that these words are. */
  public static byte[] imageOf(long... words) {
    int length = TermImage.HEADER_BYTES + 8 * words.length;
    ByteBuffer image = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    image.putLong(length).putLong(TermImage.HEADER_BYTES).putLong(0).putLong(0);
    for (long word : words) {
      image.putLong(word);
    }
    return image.array();
  }

  /**
   * @param module null for this module
   */
  public ModuleBuilder reference(String module, String function, String parameters, char result) {
    Signature signature = FunctionBuilder.signatureOf(parameters, result);
    references.add(new FunctionReference(module, function, signature));
    return this;
  }

  public ModuleBuilder function(FunctionBuilder function) {
    functions.add(function.build());
    return this;
  }

  public ModuleBuilder function(FunctionDefinition function) {
    functions.add(function);
    return this;
  }

  /** Adds an MVar whose first value is a literal. */
  public ModuleBuilder mvar(String mvar, boolean exported, int literal) {
    return mvar(new MvarDefinition(mvar, exported, literal, -1));
  }

  public ModuleBuilder mvar(MvarDefinition mvar) {
    mvars.add(mvar);
    return this;
  }

  /**
   * @param module null for this module
   */
  public ModuleBuilder mvarReference(String module, String mvar) {
    mvarReferences.add(new MvarReference(module, mvar));
    return this;
  }

  public ModuleFile build() {
    return new ModuleFile(
        name, name + ".ska", atoms, literals, references, functions, mvars, mvarReferences);
  }
}

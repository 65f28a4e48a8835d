package org.skerry.assembly;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.module.MvarDefinition;
import org.skerry.module.MvarReference;
import org.skerry.module.Signature;

/**
 * Decides how code names literals, functions and MVars. Where an assembler that meets them in the
 * order of the code would give all of them the places that they have, it names them as people do;
 * otherwise directives list them first, and code names by place what has no other name.
 */
final class PoolPrinter implements AutoCloseable {
  private final ModuleFile module;
  private final String[] literalTexts;
  private final String[] referenceTexts;
  private final String[] mvarTexts;
  private String[] listedTexts;
  private final Map<String, Signature> locals = new HashMap<>();
  private final Map<String, FunctionReference> imports = new LinkedHashMap<>();
  private final LiteralBuilder terms = new LiteralBuilder();
  private boolean listsLiterals;
  private boolean listsReferences;
  private boolean listsMvars;

  PoolPrinter(ModuleFile module) {
    this.module = module;
    literalTexts = new String[module.literals().size()];
    referenceTexts = new String[module.references().size()];
    for (FunctionDefinition function : module.functions()) {
      locals.put(function.name(), function.signature());
    }
    LiteralPrinter printer = new LiteralPrinter(module.atoms());
    for (int i = 0; i < literalTexts.length; i++) {
      literalTexts[i] = printer.print(module.literals().get(i));
    }
    mvarTexts = new String[module.mvarReferences().size()];
    nameReferences();
    nameMvars();
    ModulePool met = new ModulePool();
    boolean[] seen = new boolean[literalTexts.length];
    module.mvars().forEach(mvar -> meet(mvar, met, seen));
    for (FunctionDefinition function : module.functions()) {
      meet(function, met, seen);
    }
    listsReferences |= !met.references().equals(module.references());
    listsMvars |= !met.mvarReferences().equals(module.mvarReferences());
    listsLiterals |= !met.atoms().equals(module.atoms()) || !sameLiterals(met.literals());
    if (listsLiterals) {
      nameListedLiterals();
    }
  }

  @Override
  public void close() {
    terms.close();
  }

  /** How code names a literal. */
  String literal(int index) {
    return literalTexts[index];
  }

  /** How code names a function. */
  String reference(int index) {
    return referenceTexts[index];
  }

  /** How code names an MVar. */
  String mvarReference(int index) {
    return mvarTexts[index];
  }

  /** What stands behind the equals sign of a declaration. */
  String firstValue(MvarDefinition mvar) {
    if (mvar.literal() >= 0) {
      return literalTexts[mvar.literal()];
    }
    return (isComputed(mvar) ? referenceTexts[mvar.function()] : "#" + mvar.function()) + "()";
  }

  /** Whether the assembler takes the name of the function that computes the first value. */
  private boolean isComputed(MvarDefinition mvar) {
    return MvarParser.computes(module.references().get(mvar.function()));
  }

  /** Writes what stands before the functions. */
  void print(StringBuilder out) {
    if (listsReferences) {
      for (FunctionReference reference : module.references()) {
        out.append(".reference ").append(Disassembler.reference(reference)).append('\n');
      }
    } else {
      for (FunctionReference reference : imports.values()) {
        out.append("import ").append(Disassembler.reference(reference)).append('\n');
      }
    }
    if (listsMvars) {
      for (MvarReference reference : module.mvarReferences()) {
        String text = Quoted.function(reference.module(), reference.name());
        out.append(".mvar.reference ").append(text).append('\n');
      }
    }
    if (listsLiterals) {
      for (String atom : module.atoms()) {
        out.append(".atom ").append(Quoted.atom(atom)).append('\n');
      }
      for (int i = 0; i < module.literals().size(); i++) {
        out.append(".literal ").append(listedTexts[i]).append('\n');
      }
    }
  }

  /** Names references: one that shares its name with an earlier one goes by its place. */
  private void nameReferences() {
    Map<String, FunctionReference> seen = new HashMap<>();
    for (int i = 0; i < referenceTexts.length; i++) {
      FunctionReference reference = module.references().get(i);
      boolean local = reference.module() == null;
      String text = Quoted.function(reference.module(), reference.name());
      boolean first = seen.putIfAbsent(text, reference) == null;
      boolean known = !local || reference.signature().equals(locals.get(reference.name()));
      if (first && known) {
        referenceTexts[i] = text;
        if (!local) {
          imports.put(text, reference);
        }
      } else {
        referenceTexts[i] = "#" + i;
        listsReferences = true;
      }
    }
  }

  /** Names references to MVars, in the same way. */
  private void nameMvars() {
    Set<String> declared =
        module.mvars().stream().map(MvarDefinition::name).collect(Collectors.toSet());
    Set<MvarReference> seen = new HashSet<>();
    for (int i = 0; i < mvarTexts.length; i++) {
      MvarReference reference = module.mvarReferences().get(i);
      boolean known =
          reference.module() == null
              ? declared.contains(reference.name())
              : !reference.module().equals(module.name());
      if (seen.add(reference) && known) {
        mvarTexts[i] = Quoted.function(reference.module(), reference.name());
      } else {
        mvarTexts[i] = "#" + i;
        listsMvars = true;
      }
    }
  }

  /** Lets the pool meet the first value of an MVar. */
  private void meet(MvarDefinition mvar, ModulePool met, boolean[] seen) {
    if (mvar.literal() < 0) {
      listsReferences |= !isComputed(mvar);
      met.reference(module.references().get(mvar.function()));
    } else if (!seen[mvar.literal()]) {
      seen[mvar.literal()] = true;
      meetLiteral(mvar.literal(), met);
    }
  }

  /** Lets the pool meet what the assembler will meet in the code of a function. */
  private void meet(FunctionDefinition function, ModulePool met, boolean[] seen) {
    InstructionReader reader = new InstructionReader(module, function);
    while (reader.next()) {
      if (!reader.isExpressible()) {
        continue;
      }
      reader.forEachPoolOperand((kind, index) -> {
        if (kind == OperandKind.FUNCTION) {
          met.reference(module.references().get(index));
        } else if (kind == OperandKind.MVAR) {
          met.mvarReference(module.mvarReferences().get(index));
        } else if (!seen[index]) {
          seen[index] = true;
          meetLiteral(index, met);
        }
      });
    }
  }

  private void meetLiteral(int index, ModulePool met) {
    Literal again = literalTexts[index] == null ? null : parse(literalTexts[index], met);
    if (again == null) {
      listsLiterals = true;
    } else {
      met.literal(again);
    }
  }

  private Literal parse(String text, ModulePool pool) {
    try {
      Scanner scanner = new Scanner(new Source("", text));
      scanner.next();
      return new LiteralParser(scanner, pool, terms).parse();
    } catch (Mistake unreadable) {
      return null;
    }
  }

  private boolean sameLiterals(List<Literal> met) {
    if (met.size() != module.literals().size()) {
      return false;
    }
    for (int i = 0; i < met.size(); i++) {
      if (!Disassembler.same(met.get(i), module.literals().get(i))) {
        return false;
      }
    }
    return true;
  }

  private void nameListedLiterals() {
    ModulePool listed = new ModulePool();
    module.atoms().forEach(listed::atom);
    listedTexts = new String[literalTexts.length];
    for (int i = 0; i < literalTexts.length; i++) {
      Literal literal = module.literals().get(i);
      Literal again = literalTexts[i] == null ? null : parse(literalTexts[i], listed);
      boolean readable = again != null && Disassembler.same(again, literal);
      listedTexts[i] = readable ? literalTexts[i] : image(literal);
      listed.addLiteral(literal);
      if (!readable || listed.literal(literal) != i) {
        literalTexts[i] = "#" + i;
      }
    }
  }

  private static String image(Literal literal) {
    StringBuilder text = new StringBuilder("image <<");
    for (int i = 0; i < literal.image().length; i++) {
      text.append(i == 0 ? "" : " ").append(literal.image()[i] & 0xFF);
    }
    return text.append(">>").toString();
  }
}

package org.skerry.verify;

import java.util.HashMap;
import java.util.Map;
import org.skerry.module.ModuleFile;
import org.skerry.module.MvarReference;

/** Which of a module's references to MVars are the same MVar, and what people call it. */
final class MvarNames {
  private final ModuleFile file;
  private final int[] canonical;

  MvarNames(ModuleFile file) {
    this.file = file;
    canonical = new int[file.mvarReferences().size()];
    Map<MvarReference, Integer> first = new HashMap<>();
    for (int i = 0; i < canonical.length; i++) {
      MvarReference reference = file.mvarReferences().get(i);
      boolean own = file.name().equals(reference.module());
      Integer known =
          first.putIfAbsent(own ? new MvarReference(null, reference.name()) : reference, i);
      canonical[i] = known == null ? i : known;
    }
  }

  /** The first reference to the MVar that a reference means. */
  int canonical(int reference) {
    return canonical[reference];
  }

  /** As code names it. */
  String name(int reference) {
    MvarReference mvar = file.mvarReferences().get(reference);
    return mvar.module() == null ? mvar.name() : mvar.module() + "." + mvar.name();
  }
}

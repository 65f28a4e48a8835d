package org.skerry;

import java.util.List;
import org.skerry.module.LinkException;
import org.skerry.module.VerifiedModule;

/** Loads what tests have verified themselves. */
public final class Modules {
  private Modules() {}

  /** First values of MVars are computed by the next run. */
  public static void load(Vm vm, List<VerifiedModule> modules) throws LinkException {
    vm.loading().add(modules);
  }
}

package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Modules were linked together. */
@Name("org.skerry.ModuleLoad")
@Label("Module Load")
@Description("Modules were loaded")
@Category({"Skerry", "Code"})
@StackTrace(false)
public final class ModuleLoad extends Event {
  /** Their names. */
  @Label("Modules")
  public String modules;

  /** How many they have. */
  @Label("Functions")
  public int functions;

  /** Begins where its time does. */
  public ModuleLoad() {}
}

package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A module was compiled to a JVM class. */
@Name("org.skerry.Compilation")
@Label("Compilation")
@Description("A module was compiled to a JVM class")
@Category({"Skerry", "Code"})
@StackTrace(false)
public final class Compilation extends Event {
  /** Its name. */
  @Label("Module")
  public String module;

  /** Functions that became methods. */
  @Label("Compiled Functions")
  public int methods;

  /** Functions that are too large. */
  @Label("Interpreted Functions")
  public int interpreted;

  /** Begins where its time does. */
  public Compilation() {}
}

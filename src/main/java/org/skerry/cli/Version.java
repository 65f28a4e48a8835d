package org.skerry.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar, and the JVM that runs it. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "skerry " + (version == null ? "(unpackaged)" : version),
      "JDK " + Runtime.version() + ", " + System.getProperty("java.vm.name")
    };
  }
}

package org.skerry.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar, and the JVM that runs it. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "skerry " + ofSkerry(), "JDK " + Runtime.version() + ", " + System.getProperty("java.vm.name")
    };
  }

  /** That of the jar. */
  static String ofSkerry() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }
}

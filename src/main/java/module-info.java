/**
 * A virtual machine for millions of lightweight processes. {@link org.skerry} is its API; all else
 * may change at any time.
 */
@SuppressWarnings("requires-automatic") // Agrona, HttpCore, RE2/J and HdrHistogram are not modular
module org.skerry {
  requires static transitive org.jspecify;
  requires java.management;
  requires java.net.http;
  requires jdk.jfr;
  requires jdk.management;
  requires org.agrona;
  requires org.apache.httpcomponents.core5.httpcore5;
  requires com.fasterxml.jackson.core;
  requires re2j;
  // The command line's.
  requires info.picocli;
  requires HdrHistogram;

  exports org.skerry;

  opens org.skerry.cli to
      info.picocli;
}

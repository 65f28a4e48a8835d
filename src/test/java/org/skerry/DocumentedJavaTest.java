package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java code in what people read is Java code: it compiles against the public API. */
class DocumentedJavaTest {
  private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\\R(.*?)^```");

  /** A snippet is the body of a method, outside the package: what is not public is not there. */
  private static final String FRAME =
      """
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import org.skerry.*;
      import org.skerry.Module;

      class Snippet {
        void run() throws Exception {
      %s
        }
      }
      """;

  @TempDir private Path classes;

  private static List<String> snippets() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> notes = Files.list(Path.of("native-notes"))) {
      notes.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<String> snippets = new ArrayList<>();
    for (Path page : pages) {
      Matcher matcher = SNIPPET.matcher(Files.readString(page));
      while (matcher.find()) {
        snippets.add(matcher.group(1));
      }
    }
    return snippets;
  }

  private String problems(String snippet) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return FRAME.formatted(snippet);
          }
        };
    StringWriter problems = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-d", classes.toString(), "-cp", Path.of("target/classes").toString());
    boolean compiles =
        compiler.getTask(problems, null, null, options, null, List.of(source)).call();
    return compiles ? "" : problems.toString();
  }

  @Test
  void shouldCompile() throws Exception {
    List<String> snippets = snippets();

    assertThat(snippets).isNotEmpty();
    assertThat(snippets).allSatisfy(snippet -> assertThat(problems(snippet)).isEmpty());
  }

  @Test
  void shouldNotCompileWhatIsWrong() {
    assertThat(problems("Vm vm = Vm.nothing();")).contains("nothing");
  }
}

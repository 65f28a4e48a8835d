package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What keeps the sources readable: short files, short methods, nothing left for later. */
class SourceTidyTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int MAX_FILE_LINES = 600;
  private static final int MAX_METHOD_LINES = 60;

  /** Dispatch: a case for each opcode. They have a limit in bytes instead, see MethodSizeTest. */
  private static final Set<String> LONG_METHODS =
      Set.of(
          "Interpreter#loop",
          "ComparisonInstructions#execute",
          "DataInstructions#execute",
          "NumberInstructions#execute",
          "ProcessInstructions#execute",
          "TextInstructions#execute");

  private static final Set<String> LONG_FILES = Set.of("Opcode.java", "Interpreter.java");

  @Test
  void shouldHaveShortFiles() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources()) {
      int lines = Files.readAllLines(file).size();
      if (lines > MAX_FILE_LINES && !LONG_FILES.contains(file.getFileName().toString())) {
        tooLong.add(file + ": " + lines + " lines");
      }
    }

    assertThat(tooLong).isEmpty();
  }

  @Test
  void shouldHaveShortMethods() throws IOException {
    List<String> tooLong = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new LongMethods(unit, positions, tooLong).scan(unit, null);
      }
    }

    assertThat(tooLong).isEmpty();
  }

  @Test
  void shouldLeaveNothingForLater() throws IOException {
    List<String> marks = new ArrayList<>();
    for (Path file : sources()) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).matches(".*\\b(TODO|FIXME|XXX|HACK)\\b.*")) {
          marks.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }

    assertThat(marks).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> found = Files.walk(SOURCES)) {
      return found.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  /** Collects the methods of a source that are too long. */
  private static final class LongMethods extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> tooLong;

    LongMethods(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
      this.unit = unit;
      this.positions = positions;
      this.tooLong = tooLong;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      if (method.getBody() != null) {
        long first = line(positions.getStartPosition(unit, method.getBody()));
        long last = line(positions.getEndPosition(unit, method.getBody()));
        Path file = Path.of(unit.getSourceFile().getName());
        String name = file.getFileName().toString().replace(".java", "#") + method.getName();
        if (last - first > MAX_METHOD_LINES && !LONG_METHODS.contains(name)) {
          tooLong.add(name + ": " + (last - first) + " lines, at " + file + ":" + first);
        }
      }
      return super.visitMethod(method, null);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}

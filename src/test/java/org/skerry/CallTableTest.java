package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of {@code native-notes/embedding.md} that says what each call takes and throws. */
class CallTableTest {
  private static final List<Class<?>> TYPES =
      List.of(
          Vm.class,
          Program.class,
          Processes.class,
          HostMailbox.class,
          TermWriter.class,
          TermReader.class,
          Mvar.class);

  private static final Pattern NAME =
      Pattern.compile("`(?:([A-Z]\\w*)\\.)?([a-z]\\w*)(\\([^`]*)?`");

  /** A row: the calls that it is about, as {@code Vm.call}, and its cells. */
  private record Row(Set<String> calls, List<String> cells) {
    String thrown() {
      return cells.get(4);
    }
  }

  private final List<Row> rows = new ArrayList<>();

  @BeforeEach
  void read() throws Exception {
    String page = Files.readString(Path.of("native-notes/embedding.md"));
    page.substring(page.indexOf("## Each call"))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(CallTableTest::row)
        .forEach(rows::add);
  }

  private static Row row(String line) {
    List<String> cells =
        Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
            .map(String::strip)
            .toList();
    Set<String> calls = new TreeSet<>();
    String type = "";
    for (MatchResult name : NAME.matcher(cells.getFirst()).results().toList()) {
      type = name.group(1) == null ? type : name.group(1);
      calls.add(type + "." + name.group(2));
    }
    return new Row(calls, cells);
  }

  private static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> !method.getName().equals("toString"))
        .toList();
  }

  @Test
  void shouldHaveFiveCellsInEachRow() {
    assertThat(rows).hasSizeGreaterThan(30);
    assertThat(rows).allSatisfy(row -> assertThat(row.cells).as("%s", row).hasSize(5));
  }

  @Test
  void shouldNameEveryCallOnceAndNoOther() {
    List<String> named = rows.stream().flatMap(row -> row.calls.stream()).toList();
    for (Class<?> type : TYPES) {
      String prefix = type.getSimpleName() + ".";
      Set<String> calls =
          methods(type).stream()
              .map(method -> prefix + method.getName())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(new TreeSet<>(named.stream().filter(call -> call.startsWith(prefix)).toList()))
          .isEqualTo(calls);
    }
  }

  @Test
  void shouldTellEveryCheckedException() {
    for (Class<?> type : TYPES) {
      for (Method method : methods(type)) {
        String call = type.getSimpleName() + "." + method.getName();
        String thrown =
            rows.stream()
                .filter(row -> row.calls.contains(call))
                .map(Row::thrown)
                .collect(Collectors.joining());
        for (Class<?> exception : method.getExceptionTypes()) {
          assertThat(thrown).as("%s", method).contains("`" + exception.getSimpleName() + "`");
        }
      }
    }
  }
}

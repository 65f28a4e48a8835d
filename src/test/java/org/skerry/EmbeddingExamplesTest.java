package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that embed Skerry compile against its public API, and do what they say. */
class EmbeddingExamplesTest {
  private static final Path FOLDER = Path.of("examples/embedding");

  @TempDir private static Path classes;

  private static URLClassLoader loader;

  @BeforeAll
  static void compile() throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Path> sources;
    try (Stream<Path> files = Files.list(FOLDER)) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(sources).hasSize(2);
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> units = files.getJavaFileObjectsFromPaths(sources);
      List<String> options =
          List.of(
              "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
      assertThat(compiler.getTask(null, files, null, options, null, units).call()).isTrue();
    }
    loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, EmbeddingExamplesTest.class.getClassLoader());
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  private static String run(String example, Object... arguments) throws Exception {
    for (Method method : loader.loadClass(example).getDeclaredMethods()) {
      if (method.getName().equals("run")) {
        method.setAccessible(true);
        return (String) method.invoke(null, arguments);
      }
    }
    throw new AssertionError("it has no method run: " + example);
  }

  @Test
  void shouldMatchOrdersAsAPlainBookDoes() throws Exception {
    long orders = 20_000;
    long seed = 7;

    String report = run("OrderBook", FOLDER.resolve("orderbook.ska"), orders, 16, seed);

    assertThat(report)
        .startsWith("traded %,d in %,d orders%n".formatted(traded(orders, seed), orders));
  }

  /** What the same orders trade in a book of Java objects. */
  private static long traded(long orders, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TreeMap<Integer, Deque<int[]>>> sides = List.of(new TreeMap<>(), new TreeMap<>());
    long traded = 0;
    for (long order = 0; order < orders; order++) {
      int side = random.nextInt(2);
      int off = random.nextInt(40) - 9;
      int open = 1 + random.nextInt(100);
      // Sellers by price, buyers by its negative: the first level is the best on both sides.
      int own = side == 0 ? -(512 + off) : 512 - off;
      TreeMap<Integer, Deque<int[]>> others = sides.get(1 - side);
      while (open > 0 && !others.isEmpty() && others.firstKey() <= -own) {
        Deque<int[]> level = others.firstEntry().getValue();
        int quantity = Math.min(open, level.getFirst()[0]);
        open -= quantity;
        traded += quantity;
        level.getFirst()[0] -= quantity;
        if (level.getFirst()[0] == 0) {
          level.removeFirst();
        }
        if (level.isEmpty()) {
          others.pollFirstEntry();
        }
      }
      if (open > 0) {
        sides.get(side).computeIfAbsent(own, none -> new ArrayDeque<>()).add(new int[] {open});
      }
    }
    return traded;
  }

  @Test
  void shouldEndWhatIsHostileAndAnswerBesideIt() throws Exception {
    String report = run("Untrusted", FOLDER.resolve("rules.ska"), Duration.ofMillis(100));

    List<String> lines = report.lines().toList();
    assertThat(lines).hasSize(8);
    assertThat(lines.stream().filter(line -> line.contains("ended")).toList()).hasSize(1);
    assertThat(lines.subList(2, 8))
        .allMatch(line -> line.contains("limit_exceeded") || line.contains(":killed"))
        .noneMatch(line -> line.matches("\\S+ +0 .*"));
    assertThat(lines.get(2)).startsWith("loops").endsWith("the host: :killed");
    assertThat(lines.get(7)).startsWith("prints").endsWith("the host: :killed");
  }
}

package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * HotSpot never compiles a method whose bytecode is 8,000 bytes or longer: an interpreter loop that
 * grew over it would run four times slower.
 */
class MethodSizeTest {
  private static final int HUGE_METHOD_BYTES = 8_000;

  /** Methods that decide the speed of everything: here so that none is renamed out of this test. */
  private static final List<String> HOT = List.of("org/skerry/interpret/Interpreter#loop");

  @Test
  void shouldStayBelowWhatHotSpotCompiles() throws Exception {
    Map<String, Integer> bytesByMethod = bytesByMethod(Path.of("target/classes"));

    assertThat(bytesByMethod.keySet()).isNotEmpty().containsAll(HOT);
    assertThat(bytesByMethod)
        .allSatisfy((method, bytes) -> assertThat(bytes).isLessThan(HUGE_METHOD_BYTES));
  }

  /** Static initializers run once, and need no compiling. */
  private static Map<String, Integer> bytesByMethod(Path root) throws Exception {
    List<Path> files;
    try (Stream<Path> found = Files.walk(root)) {
      files = new ArrayList<>(found.filter(file -> file.toString().endsWith(".class")).toList());
    }
    Map<String, Integer> bytesByMethod = new TreeMap<>();
    for (Path file : files) {
      ClassModel type = ClassFile.of().parse(file);
      for (MethodModel method : type.methods()) {
        if (method.code().isPresent() && !method.methodName().equalsString("<clinit>")) {
          String name = type.thisClass().asInternalName() + "#" + method.methodName().stringValue();
          int bytes = ((CodeAttribute) method.code().get()).codeLength();
          bytesByMethod.merge(name, bytes, Math::max);
        }
      }
    }
    return bytesByMethod;
  }
}

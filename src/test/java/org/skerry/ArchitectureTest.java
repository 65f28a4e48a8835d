package org.skerry;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The order of the packages, and who alone may touch raw memory, native code, threads and the JVM.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  /**
   * Each package may use only those of the lines above it. The empty name is the root package, with
   * the embedding API.
   */
  private static final List<Set<String>> ORDER =
      List.of(
          Set.of("memory"),
          Set.of("event"),
          Set.of("isa"),
          Set.of("term"),
          Set.of("module"),
          Set.of("assembly"),
          Set.of("verify"),
          Set.of("heap"),
          Set.of("process"),
          Set.of("mvar"),
          Set.of("semantics"),
          Set.of("interpret"),
          Set.of("jit"),
          Set.of("schedule"),
          Set.of("host", "io", "files"),
          Set.of("commands", "regex", "json", "net"),
          Set.of("http"),
          Set.of("observe"),
          Set.of(""),
          Set.of("cli"));

  @Test
  void shouldKnowEveryPackage() {
    assertThat(CLASSES).isNotEmpty().allSatisfy(type -> assertThat(rank(type)).isNotNegative());
  }

  @Test
  void shouldUseOnlyPackagesAbove() {
    classes().should(useOnlyPackagesAbove()).check(CLASSES);
  }

  @Test
  void shouldHaveNoCycles() {
    slices().matching("org.skerry.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldReachRawMemoryOnlyThroughMemory() {
    noClasses()
        .that(resideOutsideOfPackages("org.skerry.memory.."))
        .should()
        .dependOnClassesThat(
            named(
                "reach raw memory",
                "sun.misc.Unsafe",
                "jdk.internal.misc.Unsafe",
                "org.agrona.UnsafeApi",
                "org.agrona.UnsafeAccess",
                "org.agrona.BufferUtil",
                "net.openhft.chronicle.core.UnsafeMemory"))
        .check(CLASSES);
  }

  @Test
  void shouldWrapAddressesInBuffersOnlyForMailboxes() {
    noClasses()
        .that(resideOutsideOfPackages("org.skerry.memory..", "org.skerry.process.."))
        .should()
        .dependOnClassesThat(
            named(
                "wrap an address",
                "org.agrona.concurrent.UnsafeBuffer",
                "org.agrona.concurrent.AtomicBuffer"))
        .check(CLASSES);
  }

  @Test
  void shouldCallNativeCodeOnlyFromMemoryAndSchedule() {
    noClasses()
        .that(resideOutsideOfPackages("org.skerry.memory..", "org.skerry.schedule.."))
        .should()
        .accessTargetWhere(
            calls(
                "call native code or turn an address into a segment",
                Set.of(
                    "java.lang.foreign.Linker.nativeLinker",
                    "java.lang.foreign.Linker.downcallHandle",
                    "java.lang.foreign.Linker.upcallStub",
                    "java.lang.foreign.SymbolLookup.libraryLookup",
                    "java.lang.foreign.MemorySegment.reinterpret",
                    "java.lang.foreign.MemorySegment.ofAddress",
                    "java.lang.foreign.MemoryLayout.varHandle",
                    "java.lang.foreign.ValueLayout.varHandle",
                    "java.lang.System.load",
                    "java.lang.System.loadLibrary")))
        .check(CLASSES);
  }

  @Test
  void shouldUseThreadsOnlyInScheduleAndAtTheEdges() {
    noClasses()
        .that(
            resideOutsideOfPackages(
                "org.skerry.schedule..",
                "org.skerry.host..",
                "org.skerry.io..",
                "org.skerry.http..", // the JDK's client has a thread
                "org.skerry.cli.."))
        .should()
        .accessTargetWhere(
            calls(
                "start, stop or block a thread",
                Set.of(
                    "java.lang.Thread.<init>",
                    "java.lang.Thread.ofPlatform",
                    "java.lang.Thread.ofVirtual",
                    "java.lang.Thread.startVirtualThread",
                    "java.lang.Thread.start",
                    "java.lang.Thread.sleep",
                    "java.lang.Thread.yield",
                    "java.lang.Thread.join",
                    "java.lang.Thread.interrupt",
                    "java.lang.Object.wait",
                    "java.lang.Object.notify",
                    "java.lang.Object.notifyAll")))
        .orShould()
        .dependOnClassesThat(
            named(
                "start or block threads",
                "java.util.concurrent.locks.LockSupport",
                "java.util.concurrent.Executor",
                "java.util.concurrent.ExecutorService",
                "java.util.concurrent.ScheduledExecutorService",
                "java.util.concurrent.Executors",
                "java.util.concurrent.ForkJoinPool",
                "java.util.concurrent.CompletableFuture",
                "java.util.Timer"))
        .check(CLASSES);
  }

  @Test
  void shouldEndTheJvmOnlyFromTheCommandLine() {
    noClasses()
        .that(resideOutsideOfPackages("org.skerry.cli.."))
        .should()
        .accessTargetWhere(
            calls(
                "end the JVM or hook into its end",
                Set.of(
                    "java.lang.System.exit",
                    "java.lang.Runtime.exit",
                    "java.lang.Runtime.halt",
                    "java.lang.Runtime.addShutdownHook")))
        .check(CLASSES);
  }

  @Test
  void shouldTrustOnlyTheVerifier() {
    noClasses()
        .that(resideOutsideOfPackages("org.skerry.verify.."))
        .should()
        .accessTargetWhere(
            calls("declare a module verified", Set.of("org.skerry.module.VerifiedModule.trust")))
        .check(CLASSES);
  }

  @Test
  void shouldKeepLibrariesOfTheCommandLineThere() {
    noClasses()
        .that(resideOutsideOfPackages("org.skerry.cli.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("picocli..", "org.jline.."))
        .check(CLASSES);
  }

  @Test
  void shouldShowNothingInternalInTheApi() {
    List<JavaClass> api =
        CLASSES.stream()
            .filter(type -> type.getPackageName().equals("org.skerry") && isAccessible(type))
            .toList();
    assertThat(api).hasSizeGreaterThan(30);
    assertThat(api.stream().flatMap(ArchitectureTest::shownBy).distinct())
        .allSatisfy(shown ->
            assertThat(shown)
                .matches("org\\.skerry\\.[A-Z].*|java\\..*|org\\.jspecify\\..*|void|[a-z]+"));
  }

  private static boolean isAccessible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isAccessible).orElse(true);
  }

  /** The names of the types that who uses a type meets: in what it is, and in its members. */
  private static Stream<String> shownBy(JavaClass type) {
    Stream<JavaType> supertypes =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    Stream<JavaType> members =
        type.getMembers().stream()
            .filter(member ->
                member.getModifiers().contains(JavaModifier.PUBLIC)
                    || member.getModifiers().contains(JavaModifier.PROTECTED))
            .flatMap(ArchitectureTest::shownBy);
    Stream<String> annotations =
        type.getAnnotations().stream().map(annotation -> annotation.getRawType().getName());
    return Stream.concat(
        annotations,
        Stream.concat(supertypes, members)
            .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
            .map(raw -> raw.getBaseComponentType().getName()));
  }

  private static Stream<JavaType> shownBy(JavaMember member) {
    if (member instanceof JavaCodeUnit code) {
      return Stream.of(
              Stream.of(code.getReturnType()),
              code.getParameterTypes().stream(),
              code.getThrowsClause().getTypes().stream().map(JavaType.class::cast))
          .flatMap(types -> types);
    }
    return Stream.of(((JavaField) member).getType());
  }

  /** The line of a class's package in {@link #ORDER}, or -1. */
  private static int rank(JavaClass type) {
    String name = type.getPackageName();
    if (!name.equals("org.skerry") && !name.startsWith("org.skerry.")) {
      return -1;
    }
    String part = topPackage(name);
    for (int rank = 0; rank < ORDER.size(); rank++) {
      if (ORDER.get(rank).contains(part)) {
        return rank;
      }
    }
    return -1;
  }

  private static String topPackage(String name) {
    String below = name.equals("org.skerry") ? "" : name.substring("org.skerry.".length());
    return below.contains(".") ? below.substring(0, below.indexOf('.')) : below;
  }

  private static ArchCondition<JavaClass> useOnlyPackagesAbove() {
    return new ArchCondition<>("use only packages above their own") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!target.getPackageName().startsWith("org.skerry")) {
            continue;
          }
          boolean samePackage =
              topPackage(target.getPackageName()).equals(topPackage(type.getPackageName()));
          if (!samePackage && rank(target) >= rank(type)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static DescribedPredicate<JavaClass> named(String description, String... names) {
    return DescribedPredicate.describe(description, type -> Set.of(names).contains(type.getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(String description, Set<String> members) {
    return DescribedPredicate.describe(
        description,
        access ->
            members.contains(
                access.getTarget().getOwner().getName() + "." + access.getTarget().getName()));
  }
}

package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every public method of everything that a VM gives is called once the VM is closed: it throws
 * {@link IllegalStateException}, unless it is named here as one that has nothing to do with memory.
 */
@Timeout(60)
class UseAfterCloseTest {
  private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");

  /** What works on: it closes, or it is about what is known without the machine. */
  private static final Map<Class<?>, Set<String>> WORK_ON =
      Map.of(
          Vm.class, Set.of("close", "interrupt"),
          HostMailbox.class, Set.of("pid", "isAlive", "close"),
          Module.class, Set.of("name", "version", "functions", "function", "toString"),
          Function.class, Set.of("name", "module", "signature", "toString"),
          Mvar.class, Set.of("within", "toString"),
          Processes.class, Set.of(),
          TermWriter.class, Set.of(),
          TermReader.class, Set.of(),
          Atom.class, Set.of("name", "toString"),
          Pid.class, Set.of("word", "toString", "hashCode", "equals"));

  private final Map<Class<?>, Object> given = new LinkedHashMap<>();
  private final Map<Class<?>, Object> arguments = new LinkedHashMap<>();
  private TermReader reader;

  @BeforeEach
  void close() throws Exception {
    OutputStream nothing = OutputStream.nullOutputStream();
    Vm vm =
        Vm.builder().workers(2).pin("none").maxMemory(64L << 20).output(nothing, nothing).start();
    Module echo = vm.load(ECHO);
    HostMailbox mailbox = vm.openMailbox();
    vm.offer(mailbox.pid(), "text");
    mailbox.poll(message -> reader = message, 1);
    TermWriter writer = mailbox.writer().integer(1);
    mailbox.abort();
    Pid pid = vm.spawn(echo.function("silent"));
    for (Object object :
        List.of(
            vm,
            mailbox,
            echo,
            echo.function("twice"),
            vm.mvar("echo", "table"),
            vm.processes(),
            writer,
            reader,
            vm.atom("mine"),
            pid)) {
      given.put(object.getClass(), object);
    }
    arguments.putAll(given);
    arguments.put(String.class, "echo");
    arguments.put(CharSequence.class, "text");
    arguments.put(byte[].class, new byte[] {1, 2});
    arguments.put(Path.class, ECHO);
    arguments.put(Program.class, Program.read(ECHO));
    arguments.put(List.class, List.of());
    arguments.put(HostModule.class, HostModule.builder("more").build());
    arguments.put(SpawnOptions.class, SpawnOptions.DEFAULT);
    arguments.put(Duration.class, Duration.ofSeconds(1));
    arguments.put(Object[].class, new Object[] {1L});
    arguments.put(Object.class, 1L);
    arguments.put(MessageHandler.class, (MessageHandler) message -> {});
    arguments.put(long.class, pid.word());
    arguments.put(int.class, 1);
    arguments.put(double.class, 1.5);
    arguments.put(boolean.class, true);
    arguments.put(StringBuilder.class, new StringBuilder());
    vm.close();
  }

  private static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .sorted(Comparator.comparing(Method::toString))
        .toList();
  }

  private void call(Object object, Method method) throws Throwable {
    List<Object> values = new ArrayList<>();
    for (Class<?> type : method.getParameterTypes()) {
      assertThat(arguments).as("an argument for %s", method).containsKey(type);
      values.add(arguments.get(type));
    }
    try {
      method.invoke(object, values.toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void shouldKnowEverythingThatAVmGives() {
    assertThat(given.keySet()).isEqualTo(WORK_ON.keySet());
    Set<Class<?>> shown = new HashSet<>();
    given.keySet().stream()
        .flatMap(type -> methods(type).stream())
        .map(Method::getReturnType)
        .filter(type -> type.getPackage() == Vm.class.getPackage() && !type.isRecord())
        .filter(type -> !type.isEnum())
        .forEach(shown::add);
    assertThat(shown).isSubsetOf(with(given.keySet(), Term.class, Outcome.class));
  }

  private static Set<Class<?>> with(Set<Class<?>> types, Class<?>... more) {
    Set<Class<?>> all = new HashSet<>(types);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void shouldThrowWhereItNeedsTheMachine() {
    Set<String> walked = new TreeSet<>();
    given.forEach((type, object) -> {
      for (Method method : methods(type)) {
        if (!WORK_ON.get(type).contains(method.getName())) {
          walked.add(method.toString());
          assertThatIllegalStateException()
              .as(method.toString())
              .isThrownBy(() -> call(object, method));
        }
      }
    });
    assertThat(walked).hasSizeGreaterThan(60);
  }

  @Test
  void shouldWorkOnWhereItDoesNot() throws Throwable {
    for (Map.Entry<Class<?>, Object> entry : given.entrySet()) {
      Set<String> names = new TreeSet<>();
      for (Method method : methods(entry.getKey())) {
        if (WORK_ON.get(entry.getKey()).contains(method.getName())) {
          names.add(method.getName());
          if (method.getName().equals("function")) {
            arguments.put(String.class, "twice");
          }
          call(entry.getValue(), method);
        }
      }
      assertThat(names).isEqualTo(WORK_ON.get(entry.getKey()));
    }
  }
}

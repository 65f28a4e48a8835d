package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What may be null says so, and all else is not. */
class NullnessTest {
  private static final List<Class<?>> API =
      List.of(
          Vm.class,
          VmBuilder.class,
          Module.class,
          Function.class,
          Mvar.class,
          Processes.class,
          ProcessInfo.class,
          HostMailbox.class,
          Term.class,
          CallFailed.class,
          LimitExceeded.class);

  private static List<Method> methods() {
    return API.stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .toList();
  }

  @Test
  void shouldMarkThePackage() {
    assertThat(Vm.class.getPackage().isAnnotationPresent(NullMarked.class)).isTrue();
  }

  @Test
  void shouldGiveNullOnlyWhereItIsMarked() {
    assertThat(methods())
        .filteredOn(method -> method.getAnnotatedReturnType().isAnnotationPresent(Nullable.class))
        .extracting(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
        .containsExactlyInAnyOrder(
            "Mvar.get", "ProcessInfo.name", "CallFailed.limit", "LimitExceeded.pid");
  }

  @Test
  void shouldTakeNullForNil() throws Exception {
    Method of = Term.class.getMethod("of", Object.class);

    assertThat(of.getAnnotatedParameterTypes()[0].isAnnotationPresent(Nullable.class)).isTrue();
    assertThat(of.invoke(null, (Object) null)).isEqualTo(Term.NIL);
  }
}

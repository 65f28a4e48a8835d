package org.skerry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Which cores the workers are pinned to.
 *
 * @param mode how the cores are chosen
 * @param cores for {@link Mode#LIST}, the core of worker 0, of worker 1 and so on; otherwise empty
 */
record Pinning(Mode mode, List<Integer> cores) {
  /** How the cores are chosen. */
  enum Mode {
    /** The VM chooses: a core each where there are enough of them and the system permits it. */
    AUTO,
    /** No worker is pinned. */
    NONE,
    /** The user has named the cores. */
    LIST
  }

  Pinning {
    Objects.requireNonNull(mode, "mode");
    cores = List.copyOf(cores);
  }

  /** Reads {@code auto}, {@code none}, or a list such as {@code 0,2,4-7}. */
  static final class Converter implements ITypeConverter<Pinning> {
    private static final int MAX_CORE = 4095;

    @Override
    public Pinning convert(String text) {
      return switch (text.strip()) {
        case "auto" -> new Pinning(Mode.AUTO, List.of());
        case "none" -> new Pinning(Mode.NONE, List.of());
        default -> new Pinning(Mode.LIST, cores(text));
      };
    }

    private static List<Integer> cores(String text) {
      List<Integer> cores = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        String[] bounds = part.strip().split("-", -1);
        if (bounds.length > 2) {
          throw malformed(text);
        }
        int first = core(bounds[0], text);
        int last = core(bounds[bounds.length - 1], text);
        if (last < first) {
          throw malformed(text);
        }
        for (int core = first; core <= last; core++) {
          if (cores.contains(core)) {
            throw new TypeConversionException("'" + text + "' names core " + core + " twice");
          }
          cores.add(core);
        }
      }
      return cores;
    }

    private static int core(String digits, String text) {
      if (!digits.matches("\\d{1,4}") || Integer.parseInt(digits) > MAX_CORE) {
        throw malformed(text);
      }
      return Integer.parseInt(digits);
    }

    private static TypeConversionException malformed(String text) {
      return new TypeConversionException(
          "'" + text + "' is not a pinning: write auto, none, or cores as in 0,2,4-7");
    }
  }
}

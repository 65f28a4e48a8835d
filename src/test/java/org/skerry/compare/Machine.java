package org.skerry.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Where and when was measured, in words. */
final class Machine {
  private Machine() {}

  static String describe(String date, int rounds) {
    int cores = Runtime.getRuntime().availableProcessors();
    return ("Measured on %s, %s of %s, %s, JDK %s; %s in turn. A cell is Skerry's figure by theirs"
            + " (below 1 Skerry is ahead; the median of the ratios within a round), and in"
            + " parentheses their own figure, with the variant of their program that was best.")
        .formatted(
            date,
            cores == 1 ? "1 core" : cores + " cores",
            processor(),
            System.getProperty("os.name"),
            Runtime.version(),
            rounds == 1 ? "1 round" : rounds + " rounds");
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      Optional<String> model = lines.filter(line -> line.startsWith("model name")).findFirst();
      return model
          .map(line -> line.replaceFirst("[^:]*: *", "").replaceAll(" +", " "))
          .orElse(System.getProperty("os.arch"));
    } catch (IOException notLinux) {
      return System.getProperty("os.arch");
    }
  }
}

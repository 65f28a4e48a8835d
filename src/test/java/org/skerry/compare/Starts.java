package org.skerry.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long a program that says hello takes, from the start of its process to the end. */
final class Starts {
  static final String NAME = "hello";

  private static final int RUNS = 10;

  private Starts() {}

  /**
   * Medians in ns, by peer.
   *
   * @param peers the folder of the peers, which says whether there is an Erlang
   */
  static Map<String, Double> measure(Path top, Path skerry, Path peers)
      throws InterruptedException {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put(
        Peer.SKERRY.key,
        List.of(skerry.toString(), "run", top.resolve("examples/hello.ska").toString()));
    if (Files.isDirectory(peers.resolve("build/erlang"))) {
      commands.put(
          Peer.ERLANG.key, List.of("erl", "-noshell", "-eval", "io:format(\"hello~n\"), halt()."));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> command : commands.entrySet()) {
      double[] times = new double[RUNS];
      try {
        run(command.getValue()); // what it reads is in the system's cache then
        for (int i = 0; i < RUNS; i++) {
          times[i] = run(command.getValue());
        }
        medians.put(command.getKey(), Numbers.median(times));
      } catch (IOException notHere) {
        continue;
      }
    }
    return medians;
  }

  private static double run(List<String> command) throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("exit status " + status);
    }
    return System.nanoTime() - startNs;
  }
}

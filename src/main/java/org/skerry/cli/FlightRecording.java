package org.skerry.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** A recording of the JDK's flight recorder, from its making to its close. One thread. */
final class FlightRecording implements AutoCloseable {
  /** On the class path. What it does not say is as in the JDK's own default configuration. */
  private static final String SETTINGS = "/org/skerry/skerry.jfc";

  private final Path file;
  private final Recording recording;

  private FlightRecording(Path file, Recording recording) {
    this.file = file;
    this.recording = recording;
  }

  /**
   * Begins to record.
   *
   * @param file where the recording goes; what is there is replaced
   */
  static FlightRecording start(Path file) throws CommandFailure {
    Recording recording = null;
    try {
      if (Files.isDirectory(file)) {
        throw new IOException("it is a directory");
      }
      recording = new Recording(settings());
      recording.setName("skerry");
      recording.setDumpOnExit(true); // what a signal or a defect ends keeps what there is
      recording.setDestination(file);
      recording.start();
      return new FlightRecording(file, recording);
    } catch (IOException | ParseException | IllegalStateException e) {
      if (recording != null) {
        recording.close();
      }
      throw failure(file, e);
    }
  }

  private static Map<String, String> settings() throws IOException, ParseException {
    Map<String, String> settings = new HashMap<>();
    settings.putAll(Configuration.getConfiguration("default").getSettings());
    try (Reader reader =
        new InputStreamReader(
            FlightRecording.class.getResourceAsStream(SETTINGS), StandardCharsets.UTF_8)) {
      settings.putAll(Configuration.create(reader).getSettings());
    }
    return settings;
  }

  /** Writes the recording. */
  @Override
  public void close() throws CommandFailure {
    try {
      recording.stop();
    } catch (IllegalStateException over) {
      // The JVM ends, and has written it.
    }
    recording.close();
    if (!Files.exists(file)) {
      throw failure(file, new IOException("nothing was written"));
    }
  }

  private static CommandFailure failure(Path file, Exception cause) {
    return new CommandFailure(
        ExitStatus.USAGE, "cannot record to " + file + ": " + cause.getMessage());
  }
}

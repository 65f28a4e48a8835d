package org.skerry.commands;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.skerry.commands.ProgramFailure.Kind;
import org.skerry.host.AwaitedInput;
import org.skerry.host.WaitingThreads;
import org.skerry.memory.NativeFunction;

/**
 * A program that has been started, with a pipe to it and two from it. Any thread, but one at a time
 * writes.
 */
public final class RunningProgram implements AutoCloseable {
  private static final int SIGNAL_STOP = 19;
  private static final NativeFunction SIGNAL = NativeFunction.find("kill");

  private final Command command;
  private final WaitingThreads threads;
  private final Process process;
  private final FileChannel input;
  private final FileChannel output;
  private final FileChannel errors;
  private final AwaitedInput awaitedOutput;
  private final AwaitedInput awaitedErrors;

  private RunningProgram(
      Command command, WaitingThreads threads, Process process, List<FileChannel> pipes) {
    this.command = command;
    this.threads = threads;
    this.process = process;
    input = pipes.get(0);
    output = pipes.get(1);
    errors = pipes.get(2);
    awaitedOutput = new AwaitedInput(source(output), threads);
    awaitedErrors = new AwaitedInput(source(errors), threads);
  }

  private static AwaitedInput.Source source(FileChannel channel) {
    return (into, from, length) -> channel.read(ByteBuffer.wrap(into, from, length));
  }

  /** Starts a program; waits until the system has found and begun it. */
  public static RunningProgram start(Command command, WaitingThreads threads)
      throws ProgramFailure {
    if (!NativePipe.isAvailable()) {
      throw new ProgramFailure(Kind.UNSUPPORTED, command.program() + ": only on Linux");
    }
    List<FileChannel> ours = new ArrayList<>();
    try (NativePipe in = NativePipe.open();
        NativePipe out = NativePipe.open();
        NativePipe err = NativePipe.open()) {
      ours.add(in.channel(false, StandardOpenOption.WRITE));
      ours.add(out.channel(true, StandardOpenOption.READ));
      ours.add(err.channel(true, StandardOpenOption.READ));
      ProcessBuilder builder = command.builder();
      builder.redirectInput(in.toRead());
      builder.redirectOutput(out.toWrite());
      builder.redirectError(err.toWrite());
      return new RunningProgram(command, threads, builder.start(), ours);
    } catch (IOException e) {
      ours.forEach(RunningProgram::close);
      throw command.failure(e);
    }
  }

  /** What it writes to its standard output. */
  public AwaitedInput output() {
    return awaitedOutput;
  }

  /** What it writes to its standard error. */
  public AwaitedInput errors() {
    return awaitedErrors;
  }

  FileChannel outputPipe() {
    return output;
  }

  FileChannel errorsPipe() {
    return errors;
  }

  /** Writes all to its standard input. */
  public CompletionStage<?> write(byte[] bytes) {
    return threads.run(() -> {
      writeHere(bytes);
      return null;
    });
  }

  /** As {@link #write}, on the calling thread. */
  void writeHere(byte[] bytes) throws ProgramFailure {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    try {
      while (left.hasRemaining()) {
        // A channel keeps a direct buffer as large as what it has written, for each thread.
        ByteBuffer part = left.slice(left.position(), Math.min(1 << 16, left.remaining()));
        left.position(left.position() + input.write(part));
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** It reads the end of its standard input behind what was written. */
  public void closeInput() {
    close(input);
  }

  /** What an exception of a pipe means. */
  public ProgramFailure failure(IOException e) {
    if (e instanceof AwaitedInput.LineTooLong) {
      return new ProgramFailure(Kind.TOO_LARGE, command.program() + ": " + e.getMessage());
    }
    // Broken pipe: nobody reads there any more.
    boolean isClosed =
        e instanceof ClosedChannelException
            || String.valueOf(e.getMessage()).startsWith("Broken pipe");
    return isClosed
        ? new ProgramFailure(Kind.CLOSED, command.program())
        : new ProgramFailure(Kind.IO, command.program() + ": " + e.getMessage());
  }

  /**
   * Waits for its end.
   *
   * @return its exit status, 128 and the signal's number where a signal has ended it; null where it
   *     still runs when the time is over
   */
  public Integer await(long timeoutNs) throws InterruptedException {
    return process.waitFor(timeoutNs, TimeUnit.NANOSECONDS) ? process.exitValue() : null;
  }

  /**
   * Ends it and all programs that it has started and that have it, or one of those, as a parent.
   */
  public void kill() {
    ProcessHandle first = process.toHandle();
    Set<ProcessHandle> tree = new LinkedHashSet<>();
    // Who is stopped starts no other while we look for them.
    for (boolean grows = stop(first, tree); grows; ) {
      grows = false;
      for (ProcessHandle descendant : first.descendants().toList()) {
        grows |= stop(descendant, tree);
      }
    }
    tree.forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean stop(ProcessHandle program, Set<ProcessHandle> tree) {
    if (!program.isAlive() || !tree.add(program)) {
      return false;
    }
    SIGNAL.call(program.pid(), SIGNAL_STOP, 0);
    return true;
  }

  /** Ends it as {@link #kill} does, and lets go of its pipes. */
  @Override
  public void close() {
    kill();
    awaitedOutput.close();
    awaitedErrors.close();
    close(input);
    close(output);
    close(errors);
  }

  private static void close(FileChannel pipe) {
    try {
      pipe.close();
    } catch (IOException e) {
      System.getLogger("org.skerry")
          .log(System.Logger.Level.WARNING, "A pipe is not closed well.", e);
    }
  }
}

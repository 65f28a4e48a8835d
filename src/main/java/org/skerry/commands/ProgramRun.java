package org.skerry.commands;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.skerry.commands.ProgramFailure.Kind;
import org.skerry.host.WaitingThreads;

/**
 * A program from its start to its end: all of its input is given to it while both of its outputs
 * are read. On one of {@link WaitingThreads}; any thread may cancel it.
 */
public final class ProgramRun implements Callable<ProgramRun.Result> {
  /** What the most is that a run collects of each output unless it is asked for more, in bytes. */
  public static final int DEFAULT_MOST_BYTES = 16 << 20;

  private static final int PART_BYTES = 16 << 10;

  /** How it ended, and what it wrote. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Result(int status, byte[] output, byte[] errors) {}

  private final Command command;
  private final byte[] input;
  private final long timeoutNs;
  private final int mostBytes;
  private final WaitingThreads threads;
  private final CountDownLatch ended = new CountDownLatch(2);
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private RunningProgram running;
  private ProgramFailure failure;
  private boolean isCancelled;

  /**
   * @param timeoutNs how long it may take; {@link Long#MAX_VALUE} for ever
   * @param mostBytes of each output
   */
  public ProgramRun(
      Command command, byte[] input, long timeoutNs, int mostBytes, WaitingThreads threads) {
    this.command = command;
    this.input = input;
    this.timeoutNs = timeoutNs;
    this.mostBytes = mostBytes;
    this.threads = threads;
  }

  /** Runs it; over when it has ended, and nobody has its outputs any more. */
  @Override
  public Result call() throws ProgramFailure, InterruptedException {
    long deadlineNs = System.nanoTime() + timeoutNs;
    try (RunningProgram program = RunningProgram.start(command, threads)) {
      if (!begun(program)) {
        throw new ProgramFailure(Kind.CLOSED, command.program());
      }
      threads.run(() -> feed(program));
      threads.run(() -> collect(program, program.outputPipe(), output));
      threads.run(() -> collect(program, program.errorsPipe(), errors));
      boolean isOver = ended.await(left(deadlineNs), TimeUnit.NANOSECONDS);
      checkFailure();
      Integer status = isOver ? program.await(left(deadlineNs)) : null;
      if (status == null) {
        throw new ProgramFailure(
            Kind.TIMEOUT, command.program() + ": not over in " + timeoutNs + " ns, and ended");
      }
      return new Result(status, output.toByteArray(), errors.toByteArray());
    }
  }

  private long left(long deadlineNs) {
    return timeoutNs == Long.MAX_VALUE ? timeoutNs : deadlineNs - System.nanoTime();
  }

  private synchronized boolean begun(RunningProgram program) {
    running = program;
    return !isCancelled;
  }

  /** Ends the program, now or when it has been started. */
  public void cancel() {
    RunningProgram program;
    synchronized (this) {
      isCancelled = true;
      program = running;
    }
    if (program != null) {
      program.close();
    }
  }

  private Void feed(RunningProgram program) {
    try {
      program.writeHere(input);
    } catch (ProgramFailure e) {
      // It need not read all, or anything.
    } finally {
      program.closeInput();
    }
    return null;
  }

  private Void collect(RunningProgram program, FileChannel pipe, ByteArrayOutputStream into) {
    try {
      ByteBuffer part = ByteBuffer.allocate(PART_BYTES);
      while (pipe.read(part.clear()) >= 0) {
        if (into.size() + part.position() > mostBytes) {
          fail(
              new ProgramFailure(
                  Kind.TOO_LARGE, command.program() + ": wrote more than " + mostBytes + " bytes"));
          return null;
        }
        into.write(part.array(), 0, part.position());
      }
    } catch (IOException e) {
      fail(program.failure(e));
    } catch (OutOfMemoryError e) {
      fail(
          new ProgramFailure(Kind.TOO_LARGE, command.program() + ": the JVM has no memory for it"));
    } finally {
      ended.countDown();
    }
    return null;
  }

  private void fail(ProgramFailure e) {
    synchronized (this) {
      if (failure == null) {
        failure = e;
      }
    }
    while (ended.getCount() > 0) {
      ended.countDown();
    }
  }

  private synchronized void checkFailure() throws ProgramFailure {
    if (failure != null) {
      throw failure;
    }
  }
}

package org.skerry.jit;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import org.skerry.event.Compilation;
import org.skerry.event.Recording;
import org.skerry.heap.HeapLayout;
import org.skerry.interpret.Interpreter;
import org.skerry.isa.Bank;
import org.skerry.isa.Code;
import org.skerry.isa.InstructionWord;
import org.skerry.memory.Memory;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.module.LinkedModule;
import org.skerry.process.Engine;
import org.skerry.process.HostCalls;
import org.skerry.process.StackLayout;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.Calls;
import org.skerry.semantics.ProcessLimit;
import org.skerry.semantics.Unwinding;

/**
 * The engine with both tiers: runs a process's frames in compiled code where there is some, and
 * interprets the others. See {@code native-notes/jit.md}.
 */
public final class CompiledCode implements Engine {
  /** Interpreted slices, or their worth, after which a module is compiled. */
  private static final int HOT = 512;

  private static final int HEAT_OF_A_FULL_SLICE = 128;

  private static final int RELOAD = Interpreter.RELOAD;
  private static final int INTERPRET = RELOAD - 1;
  private static final int INTERPRET_TO_LOOP = RELOAD - 2;

  private final CodeSpace code;
  private final IntToLongFunction mvars;
  private final Interpreter interpreter;
  private final boolean collectsAlways;
  private final Consumer<Runnable> background;

  private final CompiledFunctions compiled;
  private final BitSet attempted = new BitSet();

  private volatile CompilerStatistics statistics = CompilerStatistics.NOTHING;

  /** By module index: slices that began or ended in interpreted code. Approximate. */
  private volatile int[] heat = {};

  /**
   * @param code the functions of the VM
   * @param mvars where the record of an MVar is, by its index
   * @param interpreter executes what is not compiled
   * @param collectsAlways as for the interpreter
   * @param background runs compilations of what turns out to be hot; null where nothing does
   * @param host functions of the host
   */
  public CompiledCode(
      CodeSpace code,
      IntToLongFunction mvars,
      Interpreter interpreter,
      boolean collectsAlways,
      Consumer<Runnable> background,
      HostCalls host) {
    compiled = new CompiledFunctions(code, host);
    this.code = code;
    this.mvars = mvars;
    this.interpreter = interpreter;
    this.collectsAlways = collectsAlways;
    this.background = background;
  }

  static CompiledCode of(WorkerContext context) {
    return (CompiledCode) context.runtime().engine();
  }

  /** Compiles a module that is linked; its functions are entered compiled from then on. */
  public synchronized void compile(LinkedModule module) {
    if (attempted.get(module.index())) {
      return;
    }
    attempted.set(module.index());
    long startNs = System.nanoTime();
    BitSet functions = compileAnew(module);
    int first = module.firstFunction();
    functions.stream().forEach(position -> mark(code.functionAddress(first + position)));
    statistics = statistics.plus(module, functions, System.nanoTime() - startNs);
  }

  /** Compiles a module, compiled already or not; calls to its functions lead there now. */
  private BitSet compileAnew(LinkedModule module) {
    Compilation event = Recording.isOn() ? new Compilation() : null;
    if (event != null) {
      event.begin();
    }
    ModuleCompiler.Result result =
        new ModuleCompiler(code, mvars, module, collectsAlways, compiled).compile();
    compiled.add(module, result);
    BitSet functions = result.functions();
    if (event != null && event.shouldCommit()) {
      event.module = module.name();
      event.methods = functions.cardinality();
      event.interpreted = module.functionCount() - functions.cardinality();
      event.commit();
    }
    return functions;
  }

  /**
   * Calls by the names of modules that were loaded again go to these from now on. Who calls what
   * has a larger frame now is compiled anew, in the background where something is.
   */
  public void switchCalls() {
    for (int index : compiled.switchCalls()) {
      LinkedModule caller = code.modules().get(index);
      if (background == null) {
        compileAgain(caller);
      } else {
        background.accept(() -> compileAgain(caller));
      }
    }
  }

  private synchronized void compileAgain(LinkedModule module) {
    compileAnew(module);
  }

  /** What has been compiled so far. Any thread. */
  public CompilerStatistics statistics() {
    return statistics;
  }

  private static void mark(long record) {
    long at = record + FunctionLayout.FLAGS_OFFSET;
    Memory.putByte(at, (byte) (Memory.getByte(at) | FunctionLayout.COMPILED));
  }

  /** The compiled module of a function, or null where the function is not compiled. */
  CompiledModule module(int functionIndex) {
    return compiled.module(functionIndex);
  }

  @Override
  public int run(WorkerContext context, long process, int reductions) {
    context.reductionsLeft = reductions;
    interpreter.begin(context, process);
    while (true) {
      int outcome = runCompiled(context, process);
      if (outcome == INTERPRET_TO_LOOP) {
        outcome = interpreter.advance(context, process, context.reductionsLeft - 1);
      } else if (outcome == INTERPRET) {
        outcome = interpreter.advance(context, process, 0);
        if (background != null) {
          warm(process, outcome);
        }
      }
      if (outcome != RELOAD) {
        return outcome;
      }
      if (context.reductionsLeft <= 0) {
        return PREEMPTED;
      }
    }
  }

  /** Notes that a slice was interpreted; one that was used up counts for many short ones. */
  private void warm(long process, int outcome) {
    if (outcome == RELOAD || outcome == EXITED) {
      return;
    }
    long fp = Memory.getLong(process + HeapLayout.FP);
    int function = Memory.getInt(fp + FrameLayout.FUNCTION_INDEX_OFFSET);
    int module = Memory.getInt(code.functionAddress(function) + FunctionLayout.MODULE_INDEX_OFFSET);
    int[] counts = heat;
    if (module >= counts.length) {
      heat = counts = Arrays.copyOf(counts, module + 1);
    }
    int before = counts[module];
    int now = before + (outcome == PREEMPTED ? HEAT_OF_A_FULL_SLICE : 1);
    counts[module] = now;
    if (before < HOT && now >= HOT) {
      LinkedModule hot = code.moduleOf(function);
      background.accept(() -> compile(hot));
    }
  }

  private int runCompiled(WorkerContext context, long process) {
    while (true) {
      long fp = Memory.getLong(process + HeapLayout.FP);
      long header = Memory.getLong(fp + FrameLayout.HEADER_OFFSET);
      CompiledModule module = module(FrameLayout.functionIndex(header));
      if (module == null) {
        return INTERPRET;
      }
      CompiledSupport.enterBottom(context, process, fp);
      try {
        long bits = enter(context, fp, header, module);
        if (context.left == Left.NOT && returned(context, process, fp, bits)) {
          return EXITED;
        }
      } catch (ProcessLimit limit) {
        Unwinding.exceeded(context, process, limit);
        return EXITED;
      }
      switch (context.left) {
        case Left.NOT -> {}
        case Left.PREEMPTED -> {
          return PREEMPTED;
        }
        case Left.AWAIT -> {
          return AWAIT;
        }
        case Left.EXITED -> {
          return EXITED;
        }
        case Left.RAISED -> {
          return interpreter.raise(context, process, context.raised);
        }
        case Left.INTERPRET -> {
          return INTERPRET_TO_LOOP;
        }
        default -> {
          return RELOAD;
        }
      }
    }
  }

  static long enter(WorkerContext context, long fp, long header, CompiledModule module) {
    int position = position(context, FrameLayout.functionIndex(header));
    int pc = FrameLayout.pc(header);
    long bits = module.enter(position, context, fp, pc == 0 ? CompiledModule.BEGIN : pc);
    return again(context, fp, module, position, bits);
  }

  private static int position(WorkerContext context, int functionIndex) {
    return functionIndex - of(context).code.moduleOf(functionIndex).firstFunction();
  }

  /** Enters a frame that goes on from memory, when the method that calls enter has left. */
  static long goOn(WorkerContext context, long fp) {
    int functionIndex = Memory.getInt(fp + FrameLayout.FUNCTION_INDEX_OFFSET);
    CompiledModule module = of(context).module(functionIndex);
    return again(context, fp, module, position(context, functionIndex), 0);
  }

  private static long again(
      WorkerContext context, long fp, CompiledModule module, int position, long bits) {
    long result = bits;
    while (context.left == Left.AGAIN) {
      context.left = Left.NOT;
      result = module.enter(position, context, fp, Memory.getInt(fp + FrameLayout.PC_OFFSET));
    }
    return result;
  }

  /** Gives a result to the caller's frame; true where there is no caller. */
  private boolean returned(WorkerContext context, long process, long fp, long bits) {
    long caller = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    if (caller == Memory.NULL) {
      int index = Memory.getInt(fp + FrameLayout.FUNCTION_INDEX_OFFSET);
      int bank = Memory.getByte(code.functionAddress(index) + FunctionLayout.RESULT_BANK_OFFSET);
      Memory.putLong(process + HeapLayout.FP, fp);
      Memory.putLong(fp + FrameLayout.REGISTERS_OFFSET, bits);
      Unwinding.returned(context, process, returnOpcode(bank), fp + FrameLayout.REGISTERS_OFFSET);
      return true;
    }
    if (fp == Memory.getLong(process + StackLayout.STACK_FIRST)) {
      Calls.popSlow(context, process, caller);
    }
    long header = Memory.getLong(caller + FrameLayout.HEADER_OFFSET);
    long function = code.functionAddress(FrameLayout.functionIndex(header));
    long pc =
        Memory.getLong(function + FunctionLayout.CODE_OFFSET)
            + ((long) FrameLayout.pc(header) << 3);
    long call = Memory.getLong(pc);
    Memory.putLong(caller + InstructionWord.a(call), bits);
    Memory.putLong(caller + FrameLayout.HEADER_OFFSET, header + Calls.words(call, pc));
    Memory.putLong(process + HeapLayout.FP, caller);
    return false;
  }

  private static int returnOpcode(int bank) {
    return switch (Bank.ofOrdinal(bank)) {
      case R -> Code.R_RETURN;
      case I -> Code.I_RETURN;
      case F -> Code.F_RETURN;
    };
  }
}

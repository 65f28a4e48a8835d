package org.skerry.jit;

import java.lang.constant.ConstantDescs;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.skerry.isa.InstructionWord;
import org.skerry.memory.Memory;
import org.skerry.process.HostCalls;
import org.skerry.process.WorkerContext;
import org.skerry.term.TermError;

/**
 * How generated code calls functions of the host that give numbers. Public for its sake only:
 * hidden classes name {@link #link}.
 */
public final class HostSupport {
  private HostSupport() {}

  /**
   * Links a call: what {@code invokedynamic} asks for. It takes context, process, address of the
   * frame, the frame's header at the instruction and the instruction's address, and has left if
   * {@link WorkerContext#left} says so.
   *
   * @param functionIndex of the function
   */
  public static CallSite link(
      MethodHandles.Lookup caller, String name, MethodType type, int functionIndex)
      throws ReflectiveOperationException {
    HostCalls host =
        MethodHandles.classData(caller, ConstantDescs.DEFAULT_NAME, CompiledFunctions.class).host();
    MethodHandle inline = host.inline(functionIndex);
    if (inline == null) {
      return new ConstantCallSite(own("outside", type));
    }
    MethodType handled = type.insertParameterTypes(0, HostCalls.class, Throwable.class);
    MethodHandle handler = MethodHandles.insertArguments(own("threw", handled), 0, host);
    return new ConstantCallSite(
        MethodHandles.catchException(
            MethodHandles.dropArguments(inline, 3, long.class), Throwable.class, handler));
  }

  /** The method of this class for results of a type. */
  private static MethodHandle own(String name, MethodType type)
      throws ReflectiveOperationException {
    MethodHandles.Lookup here = MethodHandles.lookup();
    MethodHandle found =
        here.findStatic(HostSupport.class, name, type.changeReturnType(long.class));
    if (type.returnType() == long.class) {
      return found;
    }
    MethodType toDouble = MethodType.methodType(double.class, long.class);
    return MethodHandles.filterReturnValue(
        found, here.findStatic(Double.class, "longBitsToDouble", toDouble));
  }

  /** A function that may await, or none: executed as by the interpreter. */
  private static long outside(WorkerContext context, long process, long fp, long header, long pc) {
    int distance = CompiledSupport.rare(context, process, fp, header, pc);
    return distance <= CompiledSupport.LEAVE
        ? 0
        : Memory.getLong(fp + InstructionWord.a(Memory.getLong(pc)));
  }

  private static long threw(
      HostCalls host,
      Throwable thrown,
      WorkerContext context,
      long process,
      long fp,
      long header,
      long pc) {
    CompiledSupport.save(process, fp, header);
    try {
      CompiledSupport.leave(context, fp, host.threw(context, process, thrown));
    } catch (TermError error) {
      CompiledSupport.raised(context, error);
    }
    return 0;
  }
}

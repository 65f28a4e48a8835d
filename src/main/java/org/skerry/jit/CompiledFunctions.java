package org.skerry.jit;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionLayout;
import org.skerry.module.LinkedModule;
import org.skerry.process.HostCalls;

/**
 * The compiled functions of a VM, and the calls that lead from one generated class to another's.
 * Such a call is linked when it is first made: to the callee's method, or, as long as there is
 * none, to a method of the caller's class that puts the arguments into the callee's frame and
 * leaves. When the callee is compiled its calls are switched, and those by qualified references
 * when their module is loaded again. HotSpot takes a linked call for a static one, and compiles
 * anew what it had compiled when the call is switched.
 *
 * <p>Threading: any thread. It is the class data of every generated class.
 */
final class CompiledFunctions {
  private static final int ANY_FRAME = Integer.MAX_VALUE;

  private final CodeSpace code;
  private final HostCalls host;

  /** By function index: where it is compiled. Replaced under the lock, never changed. */
  private volatile CompiledModule[] modules = {};

  /** By function index: the calls that lead to it, as long as their classes live. */
  private final Map<Integer, List<WeakReference<LinkedCall>>> calls = new HashMap<>();

  /**
   * @param host functions of the host
   */
  CompiledFunctions(CodeSpace code, HostCalls host) {
    this.code = code;
    this.host = host;
  }

  /** Functions of the host. */
  HostCalls host() {
    return host;
  }

  /** The compiled module of a function, or null where the function is not compiled. */
  CompiledModule module(int functionIndex) {
    CompiledModule[] all = modules;
    return functionIndex < all.length ? all[functionIndex] : null;
  }

  /** Adds what a module has become; calls to its functions lead there from now on. */
  synchronized void add(LinkedModule module, ModuleCompiler.Result result) {
    int first = module.firstFunction();
    int end = first + module.functionCount();
    CompiledModule[] all = Arrays.copyOf(modules, Math.max(modules.length, end));
    System.arraycopy(result.code(), 0, all, first, module.functionCount());
    modules = all;
    for (int index = first; index < end; index++) {
      if (all[index] != null) {
        for (WeakReference<LinkedCall> each : calls.getOrDefault(index, List.of())) {
          LinkedCall call = each.get();
          if (call != null) {
            lead(call, index);
          }
        }
      }
    }
  }

  /**
   * Leads calls by qualified references to what these mean now.
   *
   * @return indices of modules that are worth compiling anew, for larger frames of what they call
   */
  synchronized Set<Integer> switchCalls() {
    Set<Integer> tooSmall = new HashSet<>();
    List<MutableCallSite> switched = new ArrayList<>();
    for (int functionIndex : calls.keySet().stream().mapToInt(Integer::intValue).toArray()) {
      for (WeakReference<LinkedCall> each : calls.remove(functionIndex)) {
        LinkedCall call = each.get();
        if (call == null) {
          continue;
        }
        int now = call.isQualified() ? target(call) : functionIndex;
        note(now, each);
        if (now != functionIndex) {
          switched.add(call);
          if (!lead(call, now)) {
            tooSmall.add(call.module());
          }
        }
      }
    }
    MutableCallSite.syncAll(switched.toArray(MutableCallSite[]::new));
    return tooSmall;
  }

  private int target(LinkedCall call) {
    return code.modules().get(call.module()).target(call.reference());
  }

  private void note(int functionIndex, WeakReference<LinkedCall> call) {
    calls.computeIfAbsent(functionIndex, index -> new ArrayList<>()).add(call);
  }

  /** Has a call lead to a function; false where that has too large a frame. */
  private boolean lead(LinkedCall call, int functionIndex) {
    CompiledModule module = module(functionIndex);
    boolean fits = frameBytes(functionIndex) <= call.frameBytes();
    int position = functionIndex - code.moduleOf(functionIndex).firstFunction();
    call.setTarget(
        module == null || !fits
            ? call.unlinked()
            : method(module.lookup(), MethodShape.name(position), call.type()));
    return fits;
  }

  private int frameBytes(int functionIndex) {
    return Memory.getInt(code.functionAddress(functionIndex) + FunctionLayout.FRAME_BYTES_OFFSET);
  }

  /**
   * Links a call of a function of the caller's own version.
   *
   * @param caller of the class that calls
   */
  synchronized CallSite link(MethodHandles.Lookup caller, MethodType type, int functionIndex) {
    MethodHandle unlinked = method(caller, MethodShape.unlinkedName(functionIndex), type);
    return link(new LinkedCall(unlinked, -1, Callee.FIXED, ANY_FRAME), functionIndex);
  }

  /** As {@link CompiledSupport#linkQualified}. */
  synchronized CallSite linkQualified(
      MethodHandles.Lookup caller, MethodType type, int module, int reference, int frameBytes) {
    // Under the lock: what switches the reference comes to the calls behind this one.
    int functionIndex = code.modules().get(module).target(reference);
    String name = new Callee(functionIndex, reference).unlinkedName();
    MethodHandle unlinked = method(caller, name, type);
    return link(new LinkedCall(unlinked, module, reference, frameBytes), functionIndex);
  }

  private CallSite link(LinkedCall call, int functionIndex) {
    lead(call, functionIndex);
    note(functionIndex, new WeakReference<>(call));
    return call;
  }

  private static MethodHandle method(MethodHandles.Lookup lookup, String name, MethodType type) {
    try {
      return lookup.findStatic(lookup.lookupClass(), name, type);
    } catch (ReflectiveOperationException e) {
      throw new VmBug("A function is a method of the type that calls have. error=" + e);
    }
  }
}

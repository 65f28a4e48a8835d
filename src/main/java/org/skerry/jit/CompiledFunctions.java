package org.skerry.jit;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.memory.VmBug;
import org.skerry.module.LinkedModule;
import org.skerry.process.HostCalls;

/**
 * The compiled functions of a VM, and the calls that lead from one generated class to another's.
 * Such a call is linked when it is first made: to the callee's method, or, as long as there is
 * none, to a method of the caller's class that puts the arguments into the callee's frame and
 * leaves. When the callee is compiled its calls are switched. HotSpot takes a linked call for a
 * static one, and compiles anew what it had compiled when the call is switched.
 *
 * <p>Threading: any thread. It is the class data of every generated class.
 */
final class CompiledFunctions {
  private final HostCalls host;

  /** By function index: where it is compiled. Replaced under the lock, never changed. */
  private volatile CompiledModule[] modules = {};

  /** By function index: the calls that have been linked to it. Under the lock. */
  private final Map<Integer, List<MutableCallSite>> calls = new HashMap<>();

  /**
   * @param host functions of the host
   */
  CompiledFunctions(HostCalls host) {
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
        for (MutableCallSite call : calls.getOrDefault(index, List.of())) {
          call.setTarget(method(all[index].lookup(), MethodShape.name(index - first), call.type()));
        }
      }
    }
  }

  /**
   * Links a call.
   *
   * @param caller of the class that calls
   * @param position of the callee in its module
   */
  synchronized CallSite link(
      MethodHandles.Lookup caller, MethodType type, int functionIndex, int position) {
    CompiledModule module = module(functionIndex);
    MethodHandle target =
        module == null
            ? method(caller, MethodShape.unlinkedName(functionIndex), type)
            : method(module.lookup(), MethodShape.name(position), type);
    MutableCallSite call = new MutableCallSite(target);
    calls.computeIfAbsent(functionIndex, index -> new ArrayList<>()).add(call);
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

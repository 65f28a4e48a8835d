package org.skerry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An MVar of a module that a VM has loaded: a value that all processes share. Each call is what one
 * instruction of a process would be, and queues with those: first come, first served. Any thread.
 *
 * <p>All methods wait while processes hold the MVar, {@link #within} only for some time. They throw
 * {@link CallFailed} where the instruction would raise an error, and {@link IllegalStateException}
 * once the VM is closed.
 */
public final class Mvar {
  private final Vm vm;
  private final Module access;
  private final String name;
  private final Duration deadline;

  Mvar(Vm vm, Module access, String name, Duration deadline) {
    this.vm = vm;
    this.access = access;
    this.name = name;
    this.deadline = deadline;
  }

  /**
   * The same MVar, of which each call takes so long at most: then it throws {@link CallFailed} of
   * the kind {@code TIMEOUT} and waits no more; what it would change may have been changed.
   *
   * @param limit null for ever
   */
  public Mvar within(@Nullable Duration limit) {
    return new Mvar(vm, access, name, limit);
  }

  private Term call(String function, Object... arguments) throws InterruptedException {
    return vm.call(access.function(function), deadline, arguments);
  }

  /** A copy of the value. */
  public Term read() throws InterruptedException {
    return call("read");
  }

  /** Puts a copy of a value, as {@link Term#of} takes it, in its place. */
  public void write(@Nullable Object value) throws InterruptedException {
    call("write", value);
  }

  /** Puts a copy of a value in its place, and gives what was there. */
  public Term exchange(@Nullable Object value) throws InterruptedException {
    return call("exchange", value);
  }

  /** A copy of what the map in it has under a key; null where it has nothing. */
  public @Nullable Term get(@Nullable Object key) throws InterruptedException {
    Term found = call("get", key);
    return found.asTuple().isEmpty() ? null : found.asTuple().getFirst();
  }

  /** Gives the map in it a copy of a value under a key. */
  public void put(@Nullable Object key, @Nullable Object value) throws InterruptedException {
    call("put", key, value);
  }

  /** Takes a key out of the map in it; whether it was there. */
  public boolean remove(@Nullable Object key) throws InterruptedException {
    return call("remove", key).asBoolean();
  }

  /** Entries of the map in it. */
  public long size() throws InterruptedException {
    return call("size").asLong();
  }

  /** The assembly of a module whose functions do what the methods say. */
  static String source(String module, String mvar) {
    return """
    module %1$s
    export function read() -> r
        r.mvar.read  v, %2$s
        r.return     v
    end
    export function write(r v) -> r
        mvar.write   %2$s, v
        r.return     nil
    end
    export function exchange(r v) -> r
        mvar.lock.write %2$s
        r.mvar.read  old, %2$s
        mvar.write   %2$s, v
        mvar.unlock  %2$s
        r.return     old
    end
    export function get(r k) -> r
        r.ref        none
        r.mvar.get.or v, %2$s, k, none
        r.jump.eq    v, none, @nothing
        r.tuple      found, (v)
        r.return     found
    nothing:
        r.return     {}
    end
    export function put(r k, r v) -> r
        mvar.put     %2$s, k, v
        r.return     nil
    end
    export function remove(r k) -> r
        i.mvar.remove had, %2$s, k
        i.jump.eq    had, 0, @no
        r.return     true
    no:
        r.return     false
    end
    export function size() -> r
        i.mvar.size  n, %2$s
        r.from.i     size, n
        r.return     size
    end
    """
        .formatted(module, mvar);
  }

  /** The MVar's name, with the module's. */
  @Override
  public String toString() {
    return name;
  }
}

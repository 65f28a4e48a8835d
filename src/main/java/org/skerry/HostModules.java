package org.skerry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.memory.VmBug;
import org.skerry.module.LinkException;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/**
 * Modules of the VM's own, for what a host does as a process would: each is assembled when it is
 * first asked for. For whoever has the VM's lock.
 */
final class HostModules {
  private static final String NAME = "skerry_host";
  private static final String MAILBOX =
      "module " + NAME + "\nexport function mailbox() -> r\n    r.return nil\nend\n";

  private final Vm vm;

  /** By the names of MVars, what a host reaches them with. */
  private final Map<String, Mvar> mvars = new HashMap<>();

  private static final String ASK =
      "module "
          + NAME
          + "_ask\n"
          + """
          export function ask(r to, r request, i ns) -> r
              r.monitor    ref, to
              r.self       me
              r.tuple      from, (me, ref)
              r.tuple      message, (:"$call", from, request)
              i.send.try   isSent, to, message
              i.jump.eq    isSent, 0, @full
              select.begin
          next:
              r.select.next.timeout message, ns, @late
              r.jump.tuple message, 2, @answer
              r.jump.not.tuple message, 4, @next
              r.tuple.get  tag, message, 0
              r.jump.is.not tag, :down, @next
              r.tuple.get  tag, message, 1
              r.jump.ne    tag, ref, @next
              r.tuple.get  reason, message, 3
              r.tuple      error, (:no_process, reason)
              throw        error
          answer:
              r.tuple.get  tag, message, 0
              r.jump.ne    tag, ref, @next
              r.tuple.get  answer, message, 1
              r.return     answer
          full:
              throw        {:mailbox_full, "ask"}
          late:
              throw        {:timeout, "ask"}
          end
          """;

  private static final String LOOK =
      "module "
          + NAME
          + "_look\n"
          + """
          export function info(r pid) -> r
              r.process.info.of status, pid, :status
              r.process.info.of name, pid, :name
              r.process.info.of awaits, pid, :awaits
              r.process.info.of stack, pid, :stack
              r.process.info.of messages, pid, :messages
              r.process.info.of heap, pid, :heap
              r.process.info.of memory, pid, :memory
              r.process.info.of reductions, pid, :reductions
              r.process.info.of links, pid, :links
              r.process.info.of trap_exit, pid, :trap_exit
              r.tuple      all, (status, name, awaits, stack, messages, heap, memory, reductions, links, trap_exit)
              r.return     all
          end
          export function monitor(r pid) -> r
              r.monitor    ref, pid
              r.receive    down
              r.tuple.get  reason, down, 3
              r.return     reason
          end
          """;

  private Module look;
  private Function mailbox;
  private Function ask;

  HostModules(Vm vm) {
    this.vm = vm;
  }

  /** Whether a module of a name is one of these. */
  static boolean owns(String module) {
    return module.startsWith(NAME);
  }

  /** The function that the frame of a host's process says that it runs. */
  int mailbox() {
    if (mailbox == null) {
      load(MAILBOX);
      mailbox = vm.module(NAME).function("mailbox");
    }
    return mailbox.indexIn(vm);
  }

  /** Functions of pids that look at processes: {@code info}, {@code monitor}. */
  Module look() {
    if (look == null) {
      load(LOOK);
      look = vm.module(NAME + "_look");
    }
    return look;
  }

  /** A function of pid, request and ns that asks a server. */
  Function ask() {
    if (ask == null) {
      load(ASK);
      ask = vm.module(NAME + "_ask").function("ask");
    }
    return ask;
  }

  /** What reaches an MVar that a module exports, by its name and its module's. */
  Mvar mvar(String name) {
    Mvar known = mvars.get(name);
    if (known != null) {
      return known;
    }
    String module = NAME + mvars.size();
    load(Mvar.source(module, name));
    Mvar access = new Mvar(vm, vm.module(module), name, null);
    mvars.put(name, access);
    return access;
  }

  private void load(String source) {
    try {
      vm.loading().add(List.of(Verifier.verify(Assembler.assemble("<host>", source))));
    } catch (AssemblyException | VerificationException | LinkException e) {
      throw new VmBug("The modules of the host are right: " + e.getMessage());
    }
  }
}

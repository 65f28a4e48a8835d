package org.skerry;

import static org.skerry.SystemArguments.bad;
import static org.skerry.SystemArguments.data;
import static org.skerry.SystemArguments.map;
import static org.skerry.SystemArguments.most;
import static org.skerry.SystemArguments.options;
import static org.skerry.SystemArguments.positive;
import static org.skerry.SystemArguments.text;
import static org.skerry.SystemArguments.texts;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.skerry.commands.AllowedPrograms;
import org.skerry.commands.Command;
import org.skerry.commands.ProgramFailure;
import org.skerry.commands.ProgramRun;
import org.skerry.commands.RunningProgram;
import org.skerry.files.FileFailure;
import org.skerry.files.FileSystemAccess;
import org.skerry.host.AwaitedInput;
import org.skerry.host.WaitingThreads;

/** The module {@code program}: programs of the system. See {@code system-modules.md}. */
final class ProgramModule {
  private static final Set<String> START_OPTIONS = Set.of("environment", "directory");
  private static final Set<String> RUN_OPTIONS =
      Set.of("environment", "directory", "input", "timeout", "max_output");

  private interface Body {
    Object run(HostCall call) throws ProgramFailure, InterruptedException;
  }

  private final Permissions permissions;
  private final AllowedPrograms allowed;
  private final FileSystemAccess files;
  private final WaitingThreads threads;

  ProgramModule(Permissions permissions, WaitingThreads threads) {
    this.permissions = permissions;
    this.threads = threads;
    allowed = permissions.programs();
    files = new FileSystemAccess(permissions.readable(), permissions.writable());
  }

  HostModule module() {
    return HostModule.builder("program")
        .async("run(r program, r arguments, r options) -> r", this::run)
        .blocking("start(r program, r arguments, r options) -> r", of(this::start))
        .async("write(r running, r data) -> r", ProgramModule::write)
        .blocking(
            "close_input(r running) -> r",
            of(call -> {
              running(call).closeInput();
              return Term.atom("ok");
            }))
        .async(
            "read(r running, r stream, i most) -> r",
            call -> part(call, stream -> stream.some(most(call, 2))))
        .async("read_line(r running, r stream) -> r", call -> part(call, AwaitedInput::line))
        .blocking("wait(r running, i ns) -> r", of(call -> running(call).await(call.asLong(1))))
        .blocking(
            "kill(r running) -> r",
            of(call -> {
              running(call).kill();
              return Term.atom("ok");
            }))
        .blocking(
            "close(r running) -> r",
            of(call -> {
              call.release(0);
              return Term.atom("ok");
            }))
        .build();
  }

  private static HostModule.ToTerm of(Body body) {
    return call -> {
      try {
        return body.run(call);
      } catch (ProgramFailure e) {
        throw error(e);
      }
    };
  }

  private static HostError error(ProgramFailure e) {
    String kind = e.kind().name().toLowerCase(Locale.ROOT);
    return new HostError(Term.tuple(Term.atom("program_error"), Term.atom(kind), e.getMessage()));
  }

  private Object start(HostCall call) throws ProgramFailure {
    Map<Term, Term> options = options(call, 2, START_OPTIONS);
    return call.handle(RunningProgram.start(command(call, options), threads));
  }

  /** What may take long is behind the checks, on another thread. */
  private CompletionStage<?> run(HostCall call) {
    Map<Term, Term> options = options(call, 2, RUN_OPTIONS);
    long timeoutNs = positive(options, "timeout", Long.MAX_VALUE, Long.MAX_VALUE);
    int most =
        (int)
            positive(
                options,
                "max_output",
                ProgramRun.DEFAULT_MOST_BYTES,
                FileSystemAccess.MAX_WHOLE_BYTES);
    byte[] input = data(options.getOrDefault(Term.atom("input"), Term.of("")));
    return threads.run(() -> {
      try {
        Command command = command(call, options);
        ProgramRun run = new ProgramRun(command, input, timeoutNs, most, threads);
        call.onCancel(run::cancel);
        ProgramRun.Result result = run.call();
        return Map.of(
            Term.atom("status"),
            result.status(),
            Term.atom("output"),
            Term.read(result.output()),
            Term.atom("errors"),
            Term.read(result.errors()));
      } catch (ProgramFailure e) {
        throw error(e);
      }
    });
  }

  private Command command(HostCall call, Map<Term, Term> options) throws ProgramFailure {
    String directory = text(options, "directory");
    try {
      Path folder = directory == null ? null : files.directory(directory);
      return Command.of(allowed, text(call, 0), texts(call, 1), environment(options), folder);
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage());
    } catch (FileFailure e) {
      throw FileModules.error(e);
    }
  }

  /** What the program may read itself, where to find programs, and what it gives. */
  private Map<String, String> environment(Map<Term, Term> options) {
    Map<String, String> environment = new HashMap<>();
    System.getenv()
        .forEach((name, value) -> {
          if (name.equals("PATH") || permissions.allowsVariable(name)) {
            environment.put(name, value);
          }
        });
    Term more = options.getOrDefault(Term.atom("environment"), Term.of(Map.of()));
    map(more, "variables")
        .forEach((name, value) -> {
          if (name.type() != TermType.STRING || value.type() != TermType.STRING) {
            throw bad("variables and their values are strings: " + name + " => " + value);
          }
          String variable = name.asString();
          if (allowed.entries() != null
              && (variable.startsWith("LD_") || variable.startsWith("DYLD_"))) {
            throw new HostError(
                "not_permitted", variable + " makes a program run other code: needs --allow-all");
          }
          environment.put(variable, value.asString());
        });
    return environment;
  }

  private static RunningProgram running(HostCall call) {
    return call.object(0, RunningProgram.class);
  }

  private static CompletionStage<?> write(HostCall call) {
    RunningProgram running = running(call);
    return HostStages.map(
        running.write(data(call, 1)), done -> Term.atom("ok"), e -> error(running.failure(e)));
  }

  private static AwaitedInput stream(HostCall call) {
    Term name = call.term(1);
    RunningProgram running = running(call);
    if (name.isAtom("output")) {
      return running.output();
    } else if (name.isAtom("errors")) {
      return running.errors();
    }
    throw bad("a stream is :output or :errors, not " + name);
  }

  private static CompletionStage<Term> part(
      HostCall call, Function<AwaitedInput, CompletionStage<byte[]>> ask) {
    RunningProgram running = running(call);
    AwaitedInput stream = stream(call);
    return HostStages.part(call, stream, ask.apply(stream), e -> error(running.failure(e)));
  }
}

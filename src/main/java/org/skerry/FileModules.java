package org.skerry;

import static org.skerry.SystemArguments.data;
import static org.skerry.SystemArguments.most;
import static org.skerry.SystemArguments.text;

import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.skerry.files.FileFailure;
import org.skerry.files.FileStream;
import org.skerry.files.FileSystemAccess;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;
import org.skerry.term.Bytes;
import org.skerry.term.TermError;

/** The modules {@code file} and {@code env}; see {@code native-notes/files.md}. */
final class FileModules {
  private interface Body {
    Object run(HostCall call) throws FileFailure;
  }

  private FileModules() {}

  static HostModule environment(Permissions permissions) {
    return HostModule.builder("env")
        .inline(
            "get(r name) -> r",
            call -> {
              String name = text(call, 0);
              if (!permissions.allowsVariable(name)) {
                throw new HostError("not_permitted", name + ": allow it with --allow-env=" + name);
              }
              return System.getenv(name);
            })
        .build();
  }

  static HostModule files(Permissions permissions, BuiltTerms builtTerms) {
    FileSystemAccess files = new FileSystemAccess(permissions.readable(), permissions.writable());
    return HostModule.builder("file")
        .blocking("read(r path) -> r", of(call -> read(files, text(call, 0), builtTerms)))
        .blocking(
            "write(r path, r data) -> r", done(call -> files.write(text(call, 0), data(call, 1))))
        .blocking(
            "append(r path, r data) -> r", done(call -> files.append(text(call, 0), data(call, 1))))
        .blocking(
            "replace(r path, r data) -> r",
            done(call -> files.replace(text(call, 0), data(call, 1))))
        .blocking("open(r path, r mode) -> r", of(call -> open(files, call)))
        .blocking("read_line(r stream) -> r", of(call -> Term.read(stream(call).readLine())))
        .blocking(
            "read_block(r stream, i most) -> r",
            of(call -> Term.read(stream(call).readBlock(most(call, 1)))))
        .blocking(
            "write_block(r stream, r data) -> r", done(call -> stream(call).write(data(call, 1))))
        .blocking("close(r stream) -> r", done(call -> call.release(0)))
        .blocking("list(r path) -> r", of(call -> files.list(text(call, 0))))
        .blocking("stat(r path) -> r", of(call -> stat(files.stat(text(call, 0)))))
        .blocking(
            "rename(r from, r to) -> r", done(call -> files.rename(text(call, 0), text(call, 1))))
        .blocking("remove(r path) -> r", done(call -> files.remove(text(call, 0))))
        .blocking("make_directory(r path) -> r", done(call -> files.makeDirectory(text(call, 0))))
        .blocking("temporary(r directory) -> r", of(call -> files.temporary(text(call, 0))))
        .build();
  }

  /** From the file into the memory of the bytes: they are on the Java heap at no time. */
  private static BuiltTerm read(FileSystemAccess files, String path, BuiltTerms builtTerms)
      throws FileFailure {
    try (FileStream file = files.openToRead(path)) {
      int size = file.size();
      return builtTerms.build((builder, cache) -> {
        if (size <= Bytes.MAX_INLINE) {
          ByteBuffer small = ByteBuffer.allocate(size);
          builder.pushBytes(small.array(), 0, file.readInto(small));
          return;
        }
        long block = SharedBytes.allocate(cache, size);
        if (block == Memory.NULL) {
          throw TermError.LIMIT_EXCEEDED;
        }
        boolean isPushed = false;
        try {
          builder.pushShared(block, file.readInto(SharedBytes.toFill(block, size)));
          isPushed = true;
        } finally {
          if (!isPushed) {
            SharedBytes.release(block, cache);
          }
        }
      });
    }
  }

  private interface Command {
    void run(HostCall call) throws FileFailure;
  }

  private static HostModule.ToTerm done(Command command) {
    return of(call -> {
      command.run(call);
      return Term.atom("ok");
    });
  }

  private static HostModule.ToTerm of(Body body) {
    return call -> {
      try {
        return body.run(call);
      } catch (FileFailure e) {
        throw error(e);
      } catch (NonReadableChannelException e) {
        throw new HostError("bad_argument", "the stream is open to write");
      } catch (NonWritableChannelException e) {
        throw new HostError("bad_argument", "the stream is open to read");
      }
    };
  }

  static HostError error(FileFailure e) {
    String kind = e.kind().name().toLowerCase(Locale.ROOT);
    return new HostError(Term.tuple(Term.atom("file_error"), Term.atom(kind), e.getMessage()));
  }

  private static Object open(FileSystemAccess files, HostCall call) throws FileFailure {
    Term mode = call.term(1);
    String path = text(call, 0);
    if (mode.isAtom("read")) {
      return call.handle(files.openToRead(path));
    } else if (mode.isAtom("write")) {
      return call.handle(files.openToWrite(path));
    } else if (mode.isAtom("append")) {
      return call.handle(files.openToAppend(path));
    }
    throw new HostError("bad_argument", "a mode is :read, :write or :append, not " + mode);
  }

  private static FileStream stream(HostCall call) {
    return call.object(0, FileStream.class);
  }

  private static Object stat(BasicFileAttributes attributes) {
    String type =
        attributes.isRegularFile()
            ? "file"
            : attributes.isDirectory()
                ? "directory"
                : attributes.isSymbolicLink() ? "symlink" : "other";
    return Map.of(
        Term.atom("type"),
        Term.atom(type),
        Term.atom("size"),
        attributes.size(),
        Term.atom("modified"),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
  }
}

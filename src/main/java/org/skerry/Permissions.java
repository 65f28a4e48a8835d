package org.skerry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.skerry.commands.AllowedPrograms;
import org.skerry.files.Folders;
import org.skerry.net.AddressRules;

/**
 * What programs may do of the outside by the modules of the system: nothing, unless it is allowed.
 * Immutable; any thread.
 */
public final class Permissions {
  /** Nothing is allowed. */
  public static final Permissions NONE = builder().build();

  /** Everything is allowed that the JVM may. */
  public static final Permissions ALL = new Permissions(null, null, null, null, null);

  private final List<Path> read;
  private final List<Path> write;
  private final Set<String> names;
  private final List<AllowedPrograms.Entry> programs;
  private final Set<String> addresses;

  /** Null for all. */
  private Permissions(
      List<Path> read,
      List<Path> write,
      Set<String> names,
      List<AllowedPrograms.Entry> programs,
      Set<String> addresses) {
    this.read = read;
    this.write = write;
    this.names = names;
    this.programs = programs;
    this.addresses = addresses;
  }

  /** Begins with nothing allowed. */
  public static Builder builder() {
    return new Builder();
  }

  Folders readable() {
    return new Folders("--allow-read", read);
  }

  Folders writable() {
    return new Folders("--allow-write", write);
  }

  AddressRules addresses() {
    return addresses == null ? AddressRules.ALL : AddressRules.of(List.copyOf(addresses));
  }

  boolean allowsVariable(String name) {
    return names == null || names.contains(name);
  }

  AllowedPrograms programs() {
    return new AllowedPrograms(programs);
  }

  /** Whether the same is allowed, in the same words. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Permissions that
        && Objects.equals(read, that.read)
        && Objects.equals(write, that.write)
        && Objects.equals(names, that.names)
        && Objects.equals(programs, that.programs)
        && Objects.equals(addresses, that.addresses);
  }

  @Override
  public int hashCode() {
    return Objects.hash(read, write, names, programs, addresses);
  }

  /** What is allowed; null for all. */
  @Override
  public String toString() {
    return "read=%s write=%s env=%s run=%s net=%s"
        .formatted(read, write, names, programs, addresses);
  }

  /** What is to be allowed. One thread. */
  public static final class Builder {
    private final List<Path> read = new ArrayList<>();
    private final List<Path> write = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final List<AllowedPrograms.Entry> programs = new ArrayList<>();
    private final Set<String> addresses = new HashSet<>();

    private Builder() {}

    /**
     * Allows to read a file, or all that is in a folder.
     *
     * @throws IllegalArgumentException if there is none; symbolic links are followed now
     */
    public Builder read(Path path) {
      read.add(real(path));
      return this;
    }

    /** Allows to write, make, rename and remove, but not to read; as {@link #read}. */
    public Builder write(Path path) {
      write.add(real(path));
      return this;
    }

    /** Allows to read a variable of the environment. */
    public Builder environment(String name) {
      names.add(name);
      return this;
    }

    /**
     * Allows to run a program of the system, with whatever arguments. It may do all that the JVM
     * may: this lets a guest do what the program does for it.
     *
     * @param program a path, or a name without {@code /} that is found in a folder of {@code PATH}
     *     now
     * @throws IllegalArgumentException if there is none
     */
    public Builder run(String program) {
      AllowedPrograms.Entry found = AllowedPrograms.find(program);
      if (found == null) {
        throw new IllegalArgumentException("no such program: " + program);
      }
      programs.add(found);
      return this;
    }

    /**
     * Allows to connect to an address, to send datagrams there, and to listen at it.
     *
     * @param hostAndPort {@code HOST:PORT}: a name, an address ({@code [::1]} in brackets) or
     *     {@code *} for any; a number or {@code *}. A name is looked up when it is used; where that
     *     leads to this machine, a rule must name {@code localhost} or the address. To listen at
     *     any free port takes port 0
     * @throws IllegalArgumentException if it is not of that form
     */
    public Builder net(String hostAndPort) {
      AddressRules.check(hostAndPort);
      addresses.add(hostAndPort);
      return this;
    }

    /** What has been allowed so far. */
    public Permissions build() {
      return new Permissions(
          List.copyOf(read),
          List.copyOf(write),
          Set.copyOf(names),
          List.copyOf(programs),
          Set.copyOf(addresses));
    }

    private static Path real(Path path) {
      try {
        if (path.toString().isEmpty()) {
          throw new IllegalArgumentException("an empty path");
        }
        return path.toRealPath();
      } catch (IOException e) {
        throw new IllegalArgumentException("no such file or folder: " + path);
      }
    }
  }
}

package org.skerry.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.skerry.io.Sizes;
import org.skerry.memory.RequiredFlags;
import org.skerry.schedule.Affinity;

/** What {@code doctor} has to say about the JVM that runs it. */
final class JvmChecks {
  private static final int REQUIRED_FEATURE = 25;

  private JvmChecks() {}

  static List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk(Runtime.version()));
    findings.add(internalMemory(RequiredFlags.exportsInternalMemory()));
    findings.add(nativeAccess(JvmChecks.class.getModule().isNativeAccessEnabled()));
    findings.add(memoryMode(System.getProperty("skerry.memory", "")));
    findings.add(startUpCache(flag("AOTCache")));
    BitSet cores = Affinity.allowedCores();
    // To what it is bound to already: that changes nothing, and says whether it is permitted.
    findings.add(pinning(Affinity.isAvailable(), Affinity.bindTo(cores)));
    findings.add(Finding.ok("collector of the JVM", collector()));
    findings.add(Finding.ok("Java heap, at most", Sizes.text(Runtime.getRuntime().maxMemory())));
    return findings;
  }

  static Finding jdk(Runtime.Version version) {
    String value =
        version + ", " + System.getProperty("java.vendor") + ", " + System.getProperty("java.home");
    return version.feature() == REQUIRED_FEATURE
        ? Finding.ok("JDK", value)
        : Finding.missing("JDK", value, "install a JDK 25 and set SKERRY_JAVA_HOME to its home");
  }

  static Finding internalMemory(boolean exported) {
    return exported
        ? Finding.ok("access to raw memory", "exported")
        : Finding.missing(
            "access to raw memory",
            "not exported",
            "start java with " + RequiredFlags.exportsFlag());
  }

  static Finding nativeAccess(boolean enabled) {
    return enabled
        ? Finding.ok("native access", "enabled")
        : Finding.warning(
            "native access",
            "not enabled: the JDK prints a warning",
            "start java with " + RequiredFlags.nativeAccessFlag());
  }

  static Finding memoryMode(String mode) {
    return mode.equals("checked")
        ? Finding.warning(
            "memory mode",
            "checked: every access is verified, at a fraction of the speed",
            "leave out -Dskerry.memory=checked unless you are looking for a defect")
        : Finding.ok("memory mode", "unchecked (full speed)");
  }

  static Finding pinning(boolean isAvailable, boolean isPermitted) {
    if (!isAvailable) {
      return Finding.warning(
          "pinning of workers", "not available on this system", "pass --pin none to run");
    }
    return isPermitted
        ? Finding.ok("pinning of workers", "permitted")
        : Finding.warning(
            "pinning of workers",
            "not permitted: workers run unpinned",
            "let the container or the sandbox call sched_setaffinity, or pass --pin none");
  }

  static Finding startUpCache(String file) {
    if (file.isEmpty()) {
      return Finding.warning(
          "start-up cache", "not in use", "start through scripts/skerry, which makes one");
    }
    return Files.isReadable(Path.of(file))
        ? Finding.ok("start-up cache", file)
        : Finding.warning("start-up cache", file + " is missing", "start through scripts/skerry");
  }

  private static String collector() {
    return String.join(
        ", ",
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(bean -> bean.getName())
            .toList());
  }

  private static String flag(String name) {
    HotSpotDiagnosticMXBean hotSpot =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return hotSpot == null ? "" : String.valueOf(hotSpot.getVMOption(name).getValue());
    } catch (IllegalArgumentException unknownToThisJvm) {
      return "";
    }
  }
}

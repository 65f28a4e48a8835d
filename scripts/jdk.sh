# Sourced by the scripts beside it. find_jdk sets jdk_home to the home of a JDK 25 and jdk_version to
# its exact version, or fails and leaves in jdk_problem one line that says what to do. It starts no process unless it has to.

is_jdk_25() {
  [[ -n ${1:-} && -x $1/bin/java && -r $1/release ]] || return 1
  local line found=1
  while IFS= read -r line; do
    [[ $line =~ ^JAVA_VERSION=\"25[.\"+-] ]] && found=0
    [[ $line =~ ^(JAVA_RUNTIME|JAVA)_VERSION=\"(.*)\" ]] && jdk_version=${BASH_REMATCH[2]}
  done <"$1/release"
  return $found
}

find_jdk() {
  jdk_home= jdk_version= jdk_problem=
  if [[ -n ${SKERRY_JAVA_HOME:-} ]]; then
    is_jdk_25 "$SKERRY_JAVA_HOME" && jdk_home=$SKERRY_JAVA_HOME && return 0
    jdk_problem="SKERRY_JAVA_HOME is not the home of a JDK 25: $SKERRY_JAVA_HOME"
    return 1
  fi
  is_jdk_25 "${JAVA_HOME:-}" && jdk_home=$JAVA_HOME && return 0

  local candidate
  for candidate in "${JAVA25_HOME:-}" "${JAVA_25_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/25* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    is_jdk_25 "$candidate" && jdk_home=$candidate && return 0
  done

  # Last, since following the links to the command's home starts processes.
  if candidate=$(type -P java); then
    if [[ -x /usr/libexec/java_home ]]; then
      candidate=$(/usr/libexec/java_home -v 25 2>/dev/null)
    else
      candidate=$(readlink -f "$candidate")
      candidate=${candidate%/bin/java}
    fi
    is_jdk_25 "$candidate" && jdk_home=$candidate && return 0
  fi
  jdk_problem="no JDK 25 found: install one (for example Eclipse Temurin 25), and set SKERRY_JAVA_HOME to its home if it lies in an unusual place"
  return 1
}

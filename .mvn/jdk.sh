# Sourced by ./mvnw, ./sluice and .ci/run: exports a JAVA_HOME whose JDK is at least $jdk_least.
#
# JAVA_HOME is kept if it is new enough; else the lowest sufficient JDK is taken, so that everybody builds with the
# same one. A JDK names its version in its `release` file, which costs no start of a JVM.

jdk_least=25

# The feature version of the JDK in directory $1 ("25" for 25.0.3); fails if no compiler is there.
jdk_version() {
  local line
  [[ -x "$1/bin/javac" && -r "$1/release" ]] || return 1
  while IFS= read -r line || [[ -n "$line" ]]; do
    if [[ "$line" =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
      echo "${BASH_REMATCH[1]}"
      return 0
    fi
  done < "$1/release"
  return 1
}

# Exports JAVA_HOME; fails, without a word, if no JDK is new enough.
jdk_export() {
  local home version best='' best_version=''
  if [[ -n "${JAVA_HOME:-}" ]] && version=$(jdk_version "$JAVA_HOME") && ((version >= jdk_least)); then
    export JAVA_HOME
    return 0
  fi
  for home in /usr/lib/jvm/* "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* \
    /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    version=$(jdk_version "$home") || continue
    if ((version >= jdk_least)) && { [[ -z "$best" ]] || ((version < best_version)); }; then
      best=$home
      best_version=$version
    fi
  done
  [[ -n "$best" ]] || return 1
  export JAVA_HOME=$best
}

# The lines that mend what is missing.
jdk_mend='install one with your package manager (package openjdk-25-jdk or temurin-25-jdk) or with "sdk install java 25-tem", or set JAVA_HOME to one'
mvn_mend='sudo apt-get install maven   (or: brew install maven, or: sdk install maven)'
node_mend='install it with your package manager (package nodejs) or a version manager, for example: nvm install 22'
npm_mend='sudo apt-get install npm   (it comes with Node in most other packages)'

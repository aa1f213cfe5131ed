#!/usr/bin/env bash
# Runs anvil or forge, the platform's binary from npm: bin/tool.sh forge build
#
# The packages' own launchers expect an install script to have run, which npm 11 skips; the binary itself is complete.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
tool=$1
shift

case "$(uname -s)" in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) system=$(uname -s) ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) machine=amd64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) machine=$(uname -m) ;;
esac

binary="$root/node_modules/@foundry-rs/$tool-$system-$machine/bin/$tool"
if [[ ! -x "$binary" ]]; then
  # Elsewhere installed Foundry serves as well, for a platform that the lock file does not hold.
  binary=$(command -v "$tool") || {
    echo "bridge-contracts: no $tool for $system-$machine; run bin/install.sh, or put Foundry's $tool on the PATH" >&2
    exit 1
  }
fi
exec "$binary" "$@"

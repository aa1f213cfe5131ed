#!/usr/bin/env bash
# Installs the npm packages of the lock file, and does nothing if they already stand there.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# Written last: a copy of the lock file that node_modules was made from.
stamp=node_modules/.installed-lock.json

if cmp -s package-lock.json "$stamp"; then
  exit 0
fi
command -v npm > /dev/null || {
  echo "bridge-contracts: no npm on the PATH; install Node 20 or later with npm" >&2
  exit 1
}
echo "bridge-contracts: npm ci"
# No install script runs: the platform's binaries are called directly (bin/tool.sh).
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"

#!/usr/bin/env bash
# The compiler as forge calls it (--version, --standard-json), played by npm's solc: no native compiler is needed.
set -euo pipefail
exec node "$(dirname -- "${BASH_SOURCE[0]}")/solcjs.cjs" "$@"

#!/usr/bin/env bash
# Every goal beside its figure: bar NAME FIGURE UNIT goal OP NUMBER ok|short (tools/bars has the table). Short fails nothing.
#   scripts/bench.sh                 every part
#   scripts/bench.sh sso exos        these parts
#   scripts/bench.sh -patience 10m   waiting before each measure, so long at most, for others to leave the machine alone
#   PUPITRE_BENCH_SCHOOLS=2000 scripts/bench.sh console    the console's pages among 1,000,000 persons, not 20,000
# Databases are real files in TMPDIR, SQLite with synchronous=FULL, PostgreSQL with fsync on; what a durable write costs on that
# disk is printed with the figures. The benchmarks' own output goes to the standard error.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS="${GOFLAGS--buildvcs=false}"

started=$(scripts/postgres.sh start --durable)
eval "$started"
trap 'scripts/postgres.sh stop' EXIT
"${GO:-go}" run ./tools/bars "$@"

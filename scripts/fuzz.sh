#!/usr/bin/env bash
# Every fuzz target for some seconds, two at a time: FUZZTIME=2s scripts/fuzz.sh. `make check` runs it; `make soak` gives each a minute.
# What a target finds is kept beside it in testdata/fuzz, where `make test` runs it from then on.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS="${GOFLAGS--buildvcs=false}"
export GO=${GO:-go} FUZZTIME=${FUZZTIME:-2s}
work=$(mktemp -d "${TMPDIR:-/tmp}/pupitre-fuzz.XXXXXX")
export work
trap 'rm -rf "$work"' EXIT

# One package is built once for all its targets.
package() {
  local name=${1//\//-} target log inputs
  "$GO" test -c -fuzz . -o "$work/$name.test" "./$1" >"$work/$name.build" 2>&1 || { cat "$work/$name.build" >&2; return 1; }
  cd "$1"
  for target in $(cat -- *_test.go | sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p'); do
    log="$work/$name.$target"
    if ! "$work/$name.test" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$FUZZTIME" -test.fuzzminimizetime 20x -test.parallel 1 -test.fuzzcachedir "$work/cache" >"$log" 2>&1; then
      # The engine calls it a failure when its own time ends within an input (golang/go issue 75804): nothing was found then.
      if grep -q 'Failing input written\|panic:' "$log" || ! grep -q 'context deadline exceeded' "$log"; then
        { echo "fuzz $1.$target"; cat "$log"; } >&2
        return 1
      fi
    fi
    inputs=$(sed -n 's/^fuzz: elapsed: [^,]*, execs: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    [ -n "$inputs" ] || echo "   $1.$target: too slow a start, seeds only" >&2
    echo "${inputs:-0}" >>"$work/execs"
  done
  rm -f "$work/$name.test"
}
export -f package

git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n 1 dirname | sort -u | xargs -P 2 -I '{}' bash -euo pipefail -c 'package {}'
awk '{n += $1} END {if (!NR) exit 1; print "   " NR " targets, " n " inputs"}' "$work/execs"

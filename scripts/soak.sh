#!/usr/bin/env bash
# The long versions of what `make test` does in short, and at the end one line for each: soak NAME FIGURES ok|failed|skipped.
#   FUZZTIME=60s       how long each fuzz target runs (go test -fuzztime)
#   RAPID_CHECKS=5000  cases of each property
#   OPERATIONS=1000000 what the state machine over copies carries out on each engine, counted, and the one over delegates a fifth of it: some hours
#   ROUNDS=1000        how often each of federation's races is run, of 32 uses at once on two nodes
#   RACES=50           how often the races on the last copies, and those of Biblio Exos, are run
#   scripts/soak.sh [crash|restart|rapid|races|agreement|fuzz]…    only these
# What a fuzz target finds is kept beside it in testdata/fuzz, where `make test` runs it from then on.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS="${GOFLAGS--buildvcs=false}" PUPITRE_SOAK=1
go=${GO:-go}
fuzztime=${FUZZTIME:-60s} checks=${RAPID_CHECKS:-5000} operations=${OPERATIONS:-1000000} rounds=${ROUNDS:-1000} races=${RACES:-50}

for part in "$@"; do
  case " crash restart rapid races agreement fuzz " in *" $part "*) ;; *) sed -n '2,8p' "$0" >&2; exit 2 ;; esac
done
wanted() { [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $1 "* ]]; }
only=("$@")

logs=$(mktemp -d "${TMPDIR:-/tmp}/pupitre-soak.XXXXXX")
started=$(scripts/postgres.sh start)
eval "$started"
lines=()
failed=0
finish() {
  scripts/postgres.sh stop
  [ ${#lines[@]} -eq 0 ] || printf '%s\n' "${lines[@]}"
  if [ "$failed" = 0 ]; then rm -rf "$logs"; else echo "soak: what failed is in $logs" >&2; fi
}
trap finish EXIT

# soak NAME FIGURES-FUNCTION COMMAND…: runs it, and keeps one line of what it did. Where nothing was counted, it has failed.
soak() {
  local name=$1 figures=$2 log="$logs/${1//\//-}" result=ok told
  shift 2
  echo "── $name" >&2
  "$@" >"$log" 2>&1 || result=failed
  told=$($figures "$log" || true)
  if [ -z "$told" ] && [ "$result" = ok ]; then
    told=$(sed -n 's/^ *[a-z_]*_test\.go:[0-9]*: \(.* is not .*\)/\1/p' "$log" | head -n 1)
    if [ -n "$told" ]; then result=skipped; else result=failed told="nothing was counted"; fi
  fi
  if [ "$result" = failed ]; then
    failed=1
    tail -n 40 "$log" >&2
  fi
  lines+=("soak $name ${told:-no figure} $result")
  echo "${lines[-1]}" >&2
}

total() { awk '{n += $1} END {if (NR) print n}'; }

kills() { sed -n 's/.*: \([0-9]*\) kills, \([0-9]*\) batches kept.*/\1 \2/p' "$1" | awk '{k += $1; b += $2} END {if (k) print k " kills on " NR " engines, " b " batches kept"}'; }
browsers() { sed -n 's/.*: \([0-9]*\) kills, \([0-9]*\) answers given, \([0-9]*\) of them shown.*/\1 kills of server and browser, \2 answers given, \3 of them shown/p' "$1"; }
imports() { sed -n 's/.*: \([0-9]*\) kills, [0-9]* of them within an import, \([0-9]*\) between its schools.*/\1 \2/p' "$1" | awk '{k += $1; b += $2} END {if (k) print k " kills on " NR " engines, " b " between the schools of an import"}'; }
launches() { sed -n 's/.*: \([0-9]*\) launches, \([0-9]*\) failed, \([0-9]*\) restarts.*/\1 \2 \3/p' "$1" | awk '{l += $1; f += $2; r += $3} END {if (l) print l " launches, " f " failed, " r " restarts of PostgreSQL"}'; }
cases() { local n; n=$(sed -n 's/.*OK, passed \([0-9]*\) tests.*/\1/p' "$1" | total); [ -z "$n" ] || echo "$n cases"; }
duels() { local n; n=$(grep -c '^ *--- PASS: [^ /]*/\(sqlite\|postgres\) ' "$1" || true); [ "$n" = 0 ] || echo "$n races of $rounds rounds"; }
walked() { sed -n 's/.*: \([0-9]*\) operations on \([a-z]*\), of \([0-9]*\) kinds:.*/\1 \2 \3/p' "$1" | awk '{s = s (NR > 1 ? ", " : "") $1 " operations of " $3 " kinds on " $2} END {if (NR) print s}'; }
passes() { local n; n=$(grep -c '^ *--- PASS: [^ ]*/[^ ]*/' "$1" || true); [ "$n" = 0 ] || echo "$n runs"; }
mutations() { if grep -q -- '--- PASS' "$1"; then echo "10000 mutations"; fi; }
execs() { sed -n 's/^fuzz: elapsed: \([^,]*\), execs: \([0-9]*\) .*total: \([0-9]*\).*/\2 inputs in \1, \3 kept/p' "$1" | tail -n 1; }

if wanted crash; then
  soak crash kills "$go" test -count 1 -timeout 6h -v -run '^TestABatchSurvivesKillWholeOrAbsent$' ./store
  soak crash/import imports "$go" test -count 1 -timeout 6h -v -run '^TestAnImportSurvivesKillSchoolBySchool$' ./store
  soak crash/browser browsers "$go" test -count 1 -timeout 6h -v -run '^TestNothingShownIsLostToAKillInABrowser$' ./internal/worldtest
fi

if wanted restart; then
  # A server of its own: nothing else may be using it.
  soak restart/launches launches bash -c '
    eval "$(scripts/postgres.sh start --durable)"
    trap "scripts/postgres.sh stop" EXIT
    PUPITRE_TEST_RESTART="$PWD/scripts/postgres.sh restart" "$0" test -count 3 -timeout 1h -v -run "^TestNoLaunchFailsWhilePostgreSQLRestarts\$" ./internal/worldtest' "$go"
fi

if wanted rapid; then
  soak rapid/store.TestCopiesFollowTheModel walked env PUPITRE_OPERATIONS="$operations" "$go" test -count 1 -timeout 12h -v -run '^TestCopiesFollowTheModel$' ./store
  soak rapid/store.TestDelegatesFollowTheModel walked env PUPITRE_OPERATIONS="$((operations / 5 + 1))" "$go" test -count 1 -timeout 12h -v -run '^TestDelegatesFollowTheModel$' ./store
  # Every other test that calls rapid.Check.
  while read -r package test; do
    soak "rapid/$package.$test" cases "$go" test -count 1 -timeout 2h -v -run "^$test\$" "./$package" "-rapid.checks=$checks"
  done < <(git ls-files '*_test.go' | xargs awk '/^func Test/ {sub(/\(.*/, "", $2); test = $2} /rapid\.Check\(/ {p = FILENAME; sub(/\/[^\/]*$/, "", p); print p, test}' | sort -u)
fi

if wanted races; then
  # A ticket, a code, a refresh token, an assertion, a proof, a message: each as a test for each engine.
  PUPITRE_ROUNDS=$rounds soak races/federation duels "$go" test -count 1 -timeout 4h -v ./federation/cas ./federation/oidc ./federation/signin ./federation/lti \
    -run '^(TestOneTicketOneEntry|TestOf32UsesOfACodeOneSucceeds|TestOf32UsesOfARefreshTokenOneSucceeds|TestOf32UsesOfAnAssertionOneSucceeds|TestOf32UsesOfAProofOneSucceeds|TestOf32UsesOfAMessageOneSucceeds)$'
  soak races/licensing passes "$go" test -count "$races" -timeout 4h -v ./store \
    -run '^TestLicensing$/./^(TheLastCopiesAreNeverOverdrawn|BatchesOnTheLastCopiesAreWholeOrRefused|AnOpeningAndAReleaseAgree|TwoManagersWithStockForBothDoNotBlockEachOther)$'
  soak races/exos passes "$go" test -count "$races" -timeout 4h -v ./exos/store -run '^TestBothEnginesKeepWhatWasPromised$/./^races$'
fi

if wanted agreement; then
  soak agreement/xmllint mutations "$go" test -count 1 -timeout 4h -v -run '^TestTheSchemaIsReadAsXmllintReadsIt$' ./directory/provision
fi

if wanted fuzz; then
  while IFS=: read -r file declaration; do
    target=${declaration#func }
    target=${target%%(*}
    package=$(dirname "$file")
    soak "fuzz/$package.$target" execs "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" "./$package"
  done < <(git ls-files '*_test.go' | xargs grep -o '^func Fuzz[A-Za-z0-9]*(' | sort)
fi

exit "$failed"

# Pupitre. `make check` is what CI runs.
#
#   make demo     a whole fictional academy on this machine
#   make test     everything, on both engines, browser journeys too (installs PostgreSQL, Chromium and Node if missing)
#   make check    test, and: formatting, vet, staticcheck, generated files fresh, scripts' types, every fuzz target for two seconds
#   make bench    every goal, one line each: bar NAME FIGURE UNIT goal OP NUMBER ok|short
#   make soak     the long versions: crashes, races, fuzzing, random operations
#   make dist     the program for computers, for Windows, macOS and Linux, in dist/: make dist EXOS=https://exos.example [VERSION=1.0]
#   make assets   rebuild styles and scripts (needs no Node)

export GOFLAGS ?= -buildvcs=false
GO ?= go
# Two packages at a time on two cores; each suite is parallel inside.
TEST_FLAGS ?= -p 2 -timeout 20m
# AGAIN=1, which CI says, runs up to three tests that failed once more, whole, with nothing beside them. What passes only then is printed
# as failed all the same, and counted in the closing line: it is a defect, ours or the test's, that waits to be found.
RERUN = $(if $(AGAIN),--rerun-fails=1 --rerun-fails-max-failures=3 --rerun-fails-run-root-test)

.PHONY: demo test check lint fuzz bench soak assets dist setup

demo:
	$(GO) run ./cmd/pupitre demo

setup:
	@scripts/setup.sh

check: setup lint fuzz test

lint:
	@echo "── formatting";      test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	@echo "── vet";             $(GO) vet ./...
	@echo "── staticcheck";     $(GO) tool staticcheck ./...
	@echo "── modules are tidy"; $(GO) mod tidy -diff
	@echo "── generated files are fresh"; $(GO) run ./tools/assets -check
	@echo "── scripts' types"; if [ -x browser/node_modules/.bin/tsc ]; then browser/node_modules/.bin/tsc -p browser && browser/node_modules/.bin/tsc -p browser/tsconfig.worker.json; \
	else echo "skipped: TypeScript is not there (cd browser && npm ci)"; fi

# FUZZTIME says how long each target runs.
fuzz:
	@echo "── fuzzing"
	@scripts/fuzz.sh

# The throw-away PostgreSQL lives exactly as long as the tests. The last line printed is the test runner's own.
test: setup
	@echo "── tests, SQLite and PostgreSQL"
	@set -e; eval "$$(scripts/postgres.sh start)"; trap 'scripts/postgres.sh stop' EXIT; \
	$(GO) tool gotestsum --format pkgname-and-test-fails $(RERUN) --packages ./... -- $(TEST_FLAGS)

assets:
	$(GO) run ./tools/assets

# EXOS is the Biblio Exos that the program speaks to; `pupitre serve --programs dist` then offers it.
VERSION ?= $(shell git describe --tags --always 2>/dev/null || echo 0)
dist:
	@$(GO) run ./tools/dist -out dist -version "$(VERSION)" -exos "$(EXOS)" -only "$(ONLY)"

bench: setup
	@scripts/bench.sh

# The parts: bench-console, bench-partners, bench-sso, bench-catalogue, bench-exos, bench-offline.
bench-%: setup
	@scripts/bench.sh $*

# FUZZTIME, RAPID_CHECKS, OPERATIONS, ROUNDS and RACES say how long (scripts/soak.sh).
soak: setup
	@scripts/soak.sh

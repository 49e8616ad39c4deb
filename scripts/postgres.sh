#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and benchmarks, on a Unix socket in a folder of its own: no port, no clash.
#   eval "$(scripts/postgres.sh start)"            exports PUPITRE_TEST_POSTGRES
#   eval "$(scripts/postgres.sh start --durable)"  with fsync on, as a benchmark must have it
#   scripts/postgres.sh restart                    kills it and starts it again, with what was committed
#   scripts/postgres.sh stop                       stops the one that PUPITRE_TEST_POSTGRES names
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

case "${1:-}" in
start)
  [ -n "$bin" ] || { echo "PostgreSQL is not installed: apt-get install postgresql" >&2; exit 1; }
  dir=$(mktemp -d "${TMPDIR:-/tmp}/pupitre-pg.XXXXXX")
  [ "$(id -u)" = 0 ] && chown postgres "$dir"
  as_owner "$bin/initdb" -D "$dir/data" -A trust -U pupitre -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; exit 1; }
  speed="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  [ "${2:-}" = --durable ] && speed="-c shared_buffers=1GB -c max_wal_size=4GB"
  as_owner "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-k $dir -h '' -c max_connections=400 $speed" start >/dev/null
  echo "export PUPITRE_TEST_POSTGRES='postgres://pupitre@/postgres?host=$dir'"
  ;;
restart)
  dir=$(printf '%s' "${PUPITRE_TEST_POSTGRES:-}" | sed -n 's/.*host=\([^&]*\).*/\1/p')
  case "$dir" in */pupitre-pg.*) ;; *) echo "nothing to restart" >&2; exit 1 ;; esac
  as_owner "$bin/pg_ctl" -D "$dir/data" -w -m immediate -l "$dir/log" restart >/dev/null
  ;;
stop)
  dir=$(printf '%s' "${PUPITRE_TEST_POSTGRES:-}" | sed -n 's/.*host=\([^&]*\).*/\1/p')
  case "$dir" in */pupitre-pg.*) ;; *) echo "nothing to stop" >&2; exit 0 ;; esac
  as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null || true
  rm -rf "$dir"
  ;;
*) sed -n '2,7p' "$0"; exit 2 ;;
esac

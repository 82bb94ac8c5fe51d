#!/bin/bash
# A standby region in small: a primary and a standby PostgreSQL with streaming replication, a node on
# the primary that takes tasks, everything of the primary's side killed at once, the standby promoted,
# a node started on it. Measures what was lost (RPO) and how long nothing was accepted (RTO).
#
#   deploy/standby/demo.sh [async|sync] [seconds of load]
#
# async: a commit does not wait for the standby; what it has not got yet is lost with the primary.
# sync:  a commit waits until the standby has it on disk; nothing accepted is lost.
# Needs PostgreSQL's server programs (PG_BIN, else pg_config knows) and curl. LONGSHORE names the launcher.
set -euo pipefail

mode=${1:-async}
seconds=${2:-10}
here=$(cd "$(dirname "$0")" && pwd)
longshore=${LONGSHORE:-$here/../../longshore}
bin=${PG_BIN:-$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | tail -n 1)}
work=$(mktemp -d /tmp/longshore-standby.XXXXXX)
primary_port=${PRIMARY_PORT:-25431}
standby_port=${STANDBY_PORT:-25432}
http_a=${HTTP_A:-18470}
http_b=${HTTP_B:-18471}

say() { printf '%s\n' "$*" >&2; }
now() { date +%s%3N; }

# PostgreSQL does not run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    runuser -u "${PG_OS_USER:-postgres}" -- "$@"
  else
    "$@"
  fi
}

cleanup() {
  for pid in ${load-} ${node_a-} ${node_b-}; do
    kill -9 "$pid" 2>/dev/null || true
  done
  for side in primary standby; do
    as_postgres "$bin/pg_ctl" -D "$work/$side" -m immediate stop >/dev/null 2>&1 || true
  done
  [ -n "${KEEP-}" ] || rm -rf "$work"
}
trap cleanup EXIT

case $mode in
  async | sync) ;;
  *) say "Usage: $0 [async|sync] [seconds]"; exit 2 ;;
esac
[ "$(id -u)" != 0 ] || chown "${PG_OS_USER:-postgres}" "$work"
chmod 755 "$work"

start_postgres() { # side port
  as_postgres "$bin/pg_ctl" -D "$work/$1" -l "$work/$1.log" -w start \
    -o "-p $2 -k $work -c listen_addresses=127.0.0.1" >/dev/null
}

sql() { # port statement
  as_postgres "$bin/psql" -qAt -h 127.0.0.1 -p "$1" -U postgres -c "$2" postgres
}

start_node() { # name database-port http-port
  LONGSHORE_DB_URL=jdbc:postgresql://127.0.0.1:$2/postgres LONGSHORE_DB_USER=postgres \
    LONGSHORE_DATA=$work "$longshore" serve --port "$3" --cluster-port 0 >"$work/$1.log" 2>&1 &
  started=$!
  disown "$started"
}

await_ready() { # name http-port
  for _ in $(seq 600); do
    curl -fs -o /dev/null "http://127.0.0.1:$2/health/ready" && return
    sleep 0.1
  done
  say "$1 does not become ready; its log:"
  tail -n 20 "$work/$1.log" >&2
  exit 1
}

# Batches of 20 with a key each, as fast as they are accepted; the ids of what was answered as accepted.
load() {
  set +e
  batch=$(printf '{"capability":"standby","input":%d}\n' $(seq 20))
  for i in $(seq 1000000); do
    curl -fs -m 5 "http://127.0.0.1:$http_a/v1/tasks:batch" -H 'Content-Type: application/x-ndjson' \
      -H "Idempotency-Key: batch-$i" --data-binary "$batch" | grep -o '"taskId":"[^"]*"' >>"$work/accepted"
  done
}

say "Primary and standby ($mode) in $work"
as_postgres "$bin/initdb" -D "$work/primary" -U postgres -A trust >"$work/initdb.log"
start_postgres primary "$primary_port"
as_postgres "$bin/pg_basebackup" -h 127.0.0.1 -p "$primary_port" -U postgres -D "$work/standby" -R -c fast
start_postgres standby "$standby_port"
if [ "$mode" = sync ]; then
  sql "$primary_port" "ALTER SYSTEM SET synchronous_standby_names = '*'"
  sql "$primary_port" "SELECT pg_reload_conf()" >/dev/null
fi
until [ "$(sql "$primary_port" "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")" = 1 ]; do
  sleep 0.1
done

start_node node-a "$primary_port" "$http_a"
node_a=$started
await_ready node-a "$http_a"
say "A node on the primary takes tasks for $seconds s"
: >"$work/accepted"
load &
load=$!
sleep "$seconds"

say 'The primary region is gone: PostgreSQL and the node are killed'
killed=$(now)
kill -9 "$node_a"
as_postgres "$bin/pg_ctl" -D "$work/primary" -m immediate stop >/dev/null
kill -9 "$load" 2>/dev/null || true
wait "$load" 2>/dev/null || true

as_postgres "$bin/pg_ctl" -D "$work/standby" -w promote >/dev/null
# The new primary has no standby of its own yet, and must not wait for one.
sql "$standby_port" "ALTER SYSTEM SET synchronous_standby_names = ''"
sql "$standby_port" "SELECT pg_reload_conf()" >/dev/null
promoted=$(now)
start_node node-b "$standby_port" "$http_b"
node_b=$started
await_ready node-b "$http_b"
curl -fs -o /dev/null "http://127.0.0.1:$http_b/v1/tasks" -H 'Content-Type: application/json' \
  -d '{"capability":"standby","input":0}'
accepting=$(now)

sed 's/.*:"\(.*\)"/\1/' "$work/accepted" | sort -u >"$work/ids"
sed "s|.*|url = http://127.0.0.1:$http_b/v1/tasks/&\noutput = /dev/null|" "$work/ids" >"$work/urls"
found=$(curl -s --parallel --parallel-max 20 -w '%{http_code}\n' -K "$work/urls" 2>/dev/null | grep -c '^200$' || true)
accepted=$(wc -l <"$work/ids")
say "Accepted by the primary's node:           $accepted"
say "Known to the standby's node:              $found"
say "RPO: accepted and lost:                   $((accepted - found))"
say "RTO: nothing accepted for:                $((accepting - killed)) ms, of which promoting took $((promoted - killed)) ms"
if [ "$mode" = sync ] && [ "$accepted" != "$found" ]; then
  say 'With synchronous replication nothing may be lost.'
  exit 1
fi

#!/usr/bin/env bash
# Starts real Kafka and OpenSearch servers for tests, from Maven Central packages, without a container engine.
# Linux only, 127.0.0.1 only. README.md says what it needs; this file reads the command line, the others act.
# shellcheck disable=SC1091,SC2034 # the files that it reads use what is set here
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ((EUID == 0)); then
  # OpenSearch runs as another user, who could not pass through root's home.
  cache=${NETPOL_DRIFT_SERVERS_CACHE:-/var/cache/netpol-drift-servers}
else
  cache=${NETPOL_DRIFT_SERVERS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/netpol-drift-servers}
fi
os_user=${NETPOL_DRIFT_OPENSEARCH_USER:-opensearch}
kafka_timeout=${NETPOL_DRIFT_KAFKA_TIMEOUT:-120}
os_timeout=${NETPOL_DRIFT_OPENSEARCH_TIMEOUT:-300}
stop_timeout=${NETPOL_DRIFT_STOP_TIMEOUT:-30}

usage() {
  cat <<'TXT'
servers.sh fetch [kafka|opensearch|java]...   fills the cache; starts call it for what they need, but never for java
servers.sh missing kafka|opensearch           prints what keeps the server from being started here; nothing: it can be
servers.sh kafka-start        --dir DIR [--port P] [--brokers N] [--heap 768m] [--owner PID] [--set KEY=VALUE]...
servers.sh kafka-stop         --dir DIR [--broker I] [--kill]
servers.sh kafka-restart      --dir DIR [--broker I]
servers.sh opensearch-start   --dir DIR [--port P] [--heap 1g] [--owner PID] [--set KEY=VALUE]...
servers.sh opensearch-stop    --dir DIR [--kill]
servers.sh opensearch-restart --dir DIR
servers.sh status             --dir DIR
servers.sh end                --dir DIR                kills the servers of DIR and removes it
servers.sh watch              --dir DIR --owner PID    `end` when PID is gone; a start with --owner calls it
TXT
}

say() { printf 'servers: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
need() {
  local c
  for c; do command -v "$c" >/dev/null || die "needs the command '$c'"; done
}

# shellcheck source=processes.sh
source "$here/processes.sh"
# shellcheck source=packages.sh
source "$here/packages.sh"
# shellcheck source=kafka/server.sh
source "$here/kafka/server.sh"
# shellcheck source=opensearch/server.sh
source "$here/opensearch/server.sh"

# ---- recorded settings: DIR/<server>.conf, one key=value a line -----------------------------------------

conf_get() { sed -n "s/^$2=//p" "$1"; }

# Flags of a start that are remembered for restarts: --heap, and --set (the last value of a key wins).
remember_flags() {
  [[ -z $heap ]] || sed -i "s/^heap=.*/heap=$heap/" "$1"
  ((${#sets[@]})) || return 0
  printf '%s\n' "${sets[@]}" >>"$dir/extra"
  awk -F= '{ at[$1] = NR; line[NR] = $0; key[NR] = $1 } END { for (i = 1; i <= NR; i++) if (at[key[i]] == i) print line[i] }' \
    "$dir/extra" >"$dir/extra.tmp"
  mv "$dir/extra.tmp" "$dir/extra"
}

# ---- command line ---------------------------------------------------------------------------------------

cmd=${1:-help}
shift || true
case $cmd in
help | -h | --help) usage; exit 0 ;;
fetch)
  (($#)) || set -- kafka opensearch
  for s; do
    [[ $s == kafka || $s == opensearch || $s == java ]] || die "unknown package '$s'"
    fetch_one "$s"
    cache_dir "$s"
  done
  exit 0
  ;;
missing)
  [[ ${1:-} == kafka || ${1:-} == opensearch ]] || die "missing needs kafka or opensearch"
  missing "$1"
  exit 0
  ;;
esac

dir='' port='' brokers='' broker='' heap='' owner='' signal=TERM sets=() java_home=''
while (($#)); do
  case $1 in
  --kill) signal=KILL; shift; continue ;;
  --dir | --port | --brokers | --broker | --heap | --owner | --set) (($# >= 2)) || die "$1 needs a value" ;;
  *) usage >&2; die "unknown argument '$1'" ;;
  esac
  case $1 in
  --dir) dir=$2 ;;
  --port) port=$2 ;;
  --brokers) brokers=$2 ;;
  --broker) broker=$2 ;;
  --heap) heap=$2 ;;
  --owner) owner=$2 ;;
  --set) [[ $2 == *?=* ]] || die "--set takes KEY=VALUE"; sets+=("$2") ;;
  esac
  shift 2
done

[[ -n $dir ]] || die "$cmd needs --dir"
[[ -d /proc/self ]] || die "needs Linux (/proc)"
need flock setsid
dir=$(realpath -m "$dir")
[[ $dir != *[[:space:]]* && $dir != / ]] || die "--dir must not contain white space"
[[ -z $port ]] || { [[ $port =~ ^[0-9]+$ ]] && ((port > 0 && port < 65536)); } || die "--port must be a port number"
[[ -z $brokers ]] || { [[ $brokers =~ ^[0-9]+$ ]] && ((brokers >= 1 && brokers <= 9)); } || die "--brokers must be 1 to 9"
[[ -z $heap || $heap =~ ^[0-9]+[kmgKMG]$ ]] || die "--heap must look like 512m or 1g"
[[ -z $owner || $owner =~ ^[0-9]+$ ]] || die "--owner must be a process id"

case $cmd in
kafka-start) kafka_start ;;
kafka-stop) kafka_stop ;;
kafka-restart) kafka_restart ;;
opensearch-start) opensearch_start ;;
opensearch-stop) opensearch_stop ;;
opensearch-restart) opensearch_restart ;;
status) status ;;
end) end_all ;;
watch) watch_owner ;;
*) usage >&2; die "unknown command '$cmd'" ;;
esac

# shellcheck shell=bash disable=SC2034,SC2154 # sourced by servers.sh, which sets what is not set here
# Ports, locks and processes. A process is signalled only by a recorded pid, and only if the process with that
# pid is still the one that was recorded (its start time tells). Nothing is left running by a start that failed.

# ---- ports ----------------------------------------------------------------------------------------------

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# First of $1 consecutive ports nobody listens on; below the ephemeral range, so that no
# client socket takes one between this look and the server's bind.
free_ports() {
  local n=$1 try base p
  for ((try = 0; try < 200; try++)); do
    base=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    for ((p = base; p < base + n; p++)); do
      if port_open "$p"; then continue 2; fi
    done
    echo "$base"
    return
  done
  die "no $n consecutive free ports found"
}

# ---- processes ------------------------------------------------------------------------------------------

# Start time of process $1 in clock ticks since boot; fails for a missing process or a zombie.
proc_birth() {
  local s
  { read -r s <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -r -a s <<<"${s##*) }"
  [[ ${s[0]} != Z ]] || return 1
  echo "${s[19]}"
}

# Prints the pid recorded in file $1 if that very process is alive.
live_pid() {
  local pid birth
  [[ -f $1 ]] || return 1
  read -r pid birth <"$1" || return 1
  [[ $(proc_birth "$pid") == "$birth" ]] || return 1
  echo "$pid"
}

# launch PIDFILE LOGFILE CMD...: detached, own session, no inherited file descriptors kept open.
launch() {
  local pidfile=$1 log=$2 i
  shift 2
  rm -f "$pidfile"
  [[ ! -f $log ]] || mv "$log" "$log.prev"
  # shellcheck disable=SC2016 # expanded by the inner shell
  setsid bash -c '
    s=$(cat "/proc/$$/stat"); read -r -a s <<<"${s##*) }"
    echo "$$ ${s[19]}" >"$0.tmp" && mv "$0.tmp" "$0" && exec "$@"
  ' "$pidfile" "$@" </dev/null >"$log" 2>&1 8>&- &
  for ((i = 0; i < 200; i++)); do
    [[ ! -f $pidfile ]] || return 0
    sleep 0.05
  done
  die "could not launch $1"
}

# stop_pids SIGNAL PIDFILE...: signals all, waits for all; TERM is followed by KILL after the time limit.
stop_pids() {
  local sig=$1 f pid deadline
  shift
  for f; do
    if pid=$(live_pid "$f"); then kill -s "$sig" "$pid" 2>/dev/null || true; fi
  done
  deadline=$((SECONDS + stop_timeout))
  for f; do
    while pid=$(live_pid "$f"); do
      if ((SECONDS >= deadline)); then
        [[ $sig != KILL ]] || die "process $pid does not die"
        say "process $pid did not stop within ${stop_timeout} s of SIGTERM: SIGKILL"
        stop_pids KILL "$f"
        break
      fi
      sleep 0.1
    done
    rm -f "$f"
  done
}

fail_with_log() {
  local log=$1
  shift
  say "$*"
  say "last lines of $log:"
  tail -n 40 "$log" >&2 2>/dev/null || true
  exit 1
}

status() {
  local f pid
  for f in "$dir"/pid "$dir"/broker-*/pid; do
    [[ -f $f ]] || continue
    if pid=$(live_pid "$f"); then
      echo "$f: running, pid $pid, $(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status") MiB resident"
    else
      echo "$f: not running"
    fi
  done
}

# ---- a folder has one command at a time, and may have an owner ------------------------------------------

lock_dir() {
  mkdir -p "$dir"
  exec 8>"$dir/.lock"
  flock -w $((os_timeout + 60)) 8 || die "$dir is in use by another servers.sh"
}

# Called under the lock before anything is launched: from then on the servers do not outlive --owner, whatever
# way it ends. The watch waits for the lock, hence for this start to be over, before it stops anything.
watch_from_here() {
  [[ -n $owner ]] || return 0
  setsid "$here/servers.sh" watch --dir "$dir" --owner "$owner" </dev/null >/dev/null 2>&1 8>&- &
}

watch_owner() {
  [[ -n $owner ]] || die "watch needs --owner"
  local birth
  if birth=$(proc_birth "$owner"); then
    while [[ -d $dir && $(proc_birth "$owner") == "$birth" ]]; do sleep 1; done
  fi
  end_all
}

end_all() {
  [[ -d $dir ]] || return 0
  lock_dir
  stop_pids KILL "$dir"/pid "$dir"/broker-*/pid
  rm -rf "$dir"
}

# Set by a start before it launches anything; undone when the start succeeded.
started=()
on_exit() {
  local rc=$?
  trap - EXIT INT TERM
  if ((${#started[@]})); then
    say "not ready: stopping what was started"
    (stop_pids KILL "${started[@]}") || true
  fi
  exit "$rc"
}
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

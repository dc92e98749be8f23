# shellcheck shell=bash disable=SC2034,SC2154 # sourced by servers.sh, which sets what is not set here
# One OpenSearch node, without plugins, in the clear. It refuses to run as root: as root this makes a system user
# and runs it as that one.

finish_opensearch() {
  local tmp=$1 v name class
  v=$(version_of opensearch)
  mv "$tmp/opensearch-$v" "$tmp/home"
  while read -r name class; do
    printf '%s\n' "description=$name" "version=$v" "name=$name" "classname=$class" java.version=21 \
      "opensearch.version=$v" custom.foldername= extended.plugins= has.native.controller=false \
      >"$tmp/home/modules/$name/plugin-descriptor.properties"
  done <<'LIST'
lang-painless org.opensearch.painless.PainlessModulePlugin
analysis-common org.opensearch.analysis.common.CommonAnalysisModulePlugin
mapper-extras org.opensearch.index.mapper.MapperExtrasModulePlugin
reindex org.opensearch.index.reindex.ReindexModulePlugin
lang-mustache org.opensearch.script.mustache.MustacheModulePlugin
LIST
  # Without it the server's agent refuses the connection of a reindex from a remote cluster.
  printf 'grant {\n  permission java.net.SocketPermission "*", "connect";\n};\n' \
    >"$tmp/home/modules/reindex/plugin-security.policy"
  chmod +x "$tmp"/home/bin/opensearch "$tmp"/home/bin/opensearch-*
}

opensearch_java() {
  find_java 21 "${NETPOL_DRIFT_OPENSEARCH_JAVA_HOME:-${OPENSEARCH_JAVA_HOME:-}}" ${os_prefix[@]+"${os_prefix[@]}"}
}

os_prefix=()
os_identity() {
  ((EUID == 0)) || return 0
  need setpriv useradd
  id -u "$os_user" >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$os_user"
  os_prefix=(setpriv "--reuid=$os_user" "--regid=$(id -g "$os_user")" --init-groups --)
}

# A folder made by mktemp -d or mkdtemp is closed to the server's user: say which one, do not open it.
os_check_reachable() {
  local d=$dir top
  ((EUID == 0)) || return 0
  while [[ $d != / ]]; do
    "${os_prefix[@]}" test -x "$d" || {
      # the deepest closed folder hides those above: look for the topmost one
      top=$d
      while [[ $d != / ]]; do "${os_prefix[@]}" test -x "$d" || top=$d; d=$(dirname "$d"); done
      die "user $os_user, whom OpenSearch runs as, cannot pass through $top: chmod a+x it, or use another --dir"
    }
    d=$(dirname "$d")
  done
}

os_own() { ((EUID != 0)) || chown -R "$os_user:" "$@"; }

os_make_home() {
  local from
  from=$(cache_dir opensearch)
  rm -rf "${dir:?}/home.tmp" "${dir:?}/home"
  # hard links where the file systems allow it
  cp -al "$from/home" "$dir/home.tmp" 2>/dev/null || { rm -rf "$dir/home.tmp"; cp -a "$from/home" "$dir/home.tmp"; }
  # The module makes a Thai analyser for every index, and a runtime that was cut down to few languages cannot:
  # its index creations would all fail. Analysers other than the server's own few are then missing.
  grep -qas thai_dict "$java_home/lib/modules" || rm -rf "$dir/home.tmp/modules/analysis-common"
  mv "$dir/home.tmp" "$dir/home"
}

os_write_yml() {
  cat >"$dir/config/opensearch.yml" <<YML
cluster.name: netpol-drift-test
node.name: node-1
discovery.type: single-node
network.host: 127.0.0.1
http.port: $(conf_get "$dir/opensearch.conf" port)
transport.port: $(conf_get "$dir/opensearch.conf" transport_port)
path.data: $dir/data
path.logs: $dir/logs
node.store.allow_mmap: false
cluster.routing.allocation.disk.threshold_enabled: false
YML
}

os_configure() {
  local from
  from=$(cache_dir opensearch)/home/config
  rm -rf "$dir/config"
  os_make_home
  mkdir -p "$dir/config/jvm.options.d" "$dir/data" "$dir/logs" "$dir/tmp"
  cp "$from/log4j2.properties" "$dir/config/"
  # The stock paths are relative to the server's home, which its user cannot write to; and not every runtime has
  # the incubator module, which only makes vector search faster.
  sed -e '/^-Xm[sx]/d' -e '/Xlog:gc/d' -e '/jdk.incubator.vector/d' -e "s|=data\$|=$dir/data|" \
    -e "s|=logs/|=$dir/logs/|" "$from/jvm.options" >"$dir/config/jvm.options"
  chmod u+w "$dir"/config/*
  os_own "$dir/config" "$dir/data" "$dir/logs" "$dir/tmp"
}

os_url() { echo "http://127.0.0.1:$(conf_get "$dir/opensearch.conf" port)"; }

os_ready() {
  curl -q -s -f --http1.1 --noproxy '*' -m 5 -o /dev/null "$(os_url)/_cluster/health?wait_for_status=yellow&timeout=2s"
}

os_launch() {
  local p heap deadline kv args=()
  p=$(conf_get "$dir/opensearch.conf" port)
  heap=$(conf_get "$dir/opensearch.conf" heap)
  if live_pid "$dir/pid" >/dev/null; then say "OpenSearch is running"; return; fi
  if port_open "$p"; then die "port $p is taken by another process"; fi
  os_write_yml
  printf '%s\n' "-Xms$heap" "-Xmx$heap" >"$dir/config/jvm.options.d/heap.options"
  os_own "$dir/config"
  chmod -R go-rwx "$dir/config"
  if [[ -f $dir/extra ]]; then while read -r kv; do args+=("-E$kv"); done <"$dir/extra"; fi
  deadline=$((SECONDS + os_timeout))
  started=("$dir/pid")
  launch "$dir/pid" "$dir/log" env -u OPENSEARCH_HOME -u OPENSEARCH_JAVA_OPTS -u JAVA_OPTS -u JAVA_TOOL_OPTIONS \
    "OPENSEARCH_JAVA_HOME=$java_home" "OPENSEARCH_PATH_CONF=$dir/config" "OPENSEARCH_TMPDIR=$dir/tmp" "HOME=$dir/tmp" \
    ${os_prefix[@]+"${os_prefix[@]}"} "$dir/home/bin/opensearch" ${args[@]+"${args[@]}"}
  until os_ready; do
    live_pid "$dir/pid" >/dev/null || fail_with_log "$dir/log" "OpenSearch exited"
    ((SECONDS < deadline)) || fail_with_log "$dir/log" "OpenSearch not ready in $os_timeout s"
    sleep 0.3
  done
  started=()
}

opensearch_start() {
  [[ ! -f $dir/kafka.conf ]] || die "$dir holds a Kafka"
  need curl
  fetch_one opensearch
  lock_dir
  os_identity
  os_check_reachable
  java_home=$(opensearch_java)
  if [[ -f $dir/opensearch.conf ]]; then
    [[ -z $port || $port == "$(conf_get "$dir/opensearch.conf" port)" ]] || die "$dir holds a server with another port"
  else
    os_configure
    # Two ports in a row: HTTP, and the transport between nodes.
    port=${port:-$(free_ports 2)}
    printf '%s\n' "port=$port" "transport_port=$((port + 1))" "heap=${heap:-1g}" >"$dir/opensearch.conf.tmp"
    mv "$dir/opensearch.conf.tmp" "$dir/opensearch.conf"
  fi
  remember_flags "$dir/opensearch.conf"
  watch_from_here
  os_launch
  os_url
}

opensearch_conf() { [[ -f $dir/opensearch.conf ]] || die "no OpenSearch was started in $dir"; }

opensearch_stop() {
  opensearch_conf
  lock_dir
  stop_pids "$signal" "$dir/pid"
}

opensearch_restart() {
  opensearch_conf
  opensearch_stop
  os_identity
  java_home=$(opensearch_java)
  os_launch
  os_url
}

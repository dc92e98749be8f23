# shellcheck shell=bash disable=SC2034,SC2154 # sourced by servers.sh, which sets what is not set here
# Apache Kafka, KRaft: 1 to 9 JVMs, each broker and controller, in DIR/broker-N. All listen in the clear. Topics
# are never made by themselves; from three brokers on a topic has three replicas, of which two must be in sync.

finish_kafka() { [[ -n $(echo "$1"/lib/kafka_2.13-*.jar) ]]; }

kafka_java() { find_java 17 "${NETPOL_DRIFT_KAFKA_JAVA_HOME:-}"; }

kafka_conf() { [[ -f $dir/kafka.conf ]] || die "no Kafka was started in $dir"; }

# Broker numbers to act on: $broker, or all.
kafka_ids() {
  local n
  n=$(conf_get "$dir/kafka.conf" brokers)
  if [[ -z $broker ]]; then seq 1 "$n"; return; fi
  if ! [[ $broker =~ ^[0-9]+$ ]] || ((broker < 1 || broker > n)); then die "--broker must be 1 to $n"; fi
  echo "$broker"
}

kafka_bootstrap() {
  local n p i list=
  n=$(conf_get "$dir/kafka.conf" brokers)
  p=$(conf_get "$dir/kafka.conf" port)
  for ((i = 0; i < n; i++)); do list+=,127.0.0.1:$((p + i)); done
  echo "${list#,}"
}

kafka_write_properties() {
  local i=$1 n p c k voters='' rf misr
  n=$(conf_get "$dir/kafka.conf" brokers)
  p=$(conf_get "$dir/kafka.conf" port)
  c=$((p + n))
  for ((k = 1; k <= n; k++)); do voters+=,$k@127.0.0.1:$((c + k - 1)); done
  rf=$((n < 3 ? n : 3))
  misr=$((rf < 3 ? 1 : 2))
  cat >"$dir/broker-$i/server.properties" <<PROPS
process.roles=broker,controller
node.id=$i
controller.quorum.voters=${voters#,}
listeners=PLAINTEXT://127.0.0.1:$((p + i - 1)),CONTROLLER://127.0.0.1:$((c + i - 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$((p + i - 1))
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$dir/broker-$i/data
auto.create.topics.enable=false
default.replication.factor=$rf
min.insync.replicas=$misr
offsets.topic.num.partitions=4
offsets.topic.replication.factor=$rf
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=$rf
transaction.state.log.min.isr=$misr
share.coordinator.state.topic.num.partitions=4
share.coordinator.state.topic.replication.factor=$rf
share.coordinator.state.topic.min.isr=$misr
group.initial.rebalance.delay.ms=0
PROPS
  [[ ! -f $dir/extra ]] || cat "$dir/extra" >>"$dir/broker-$i/server.properties"
}

# kafka_format JAVA I...: gives each new broker's data folder the cluster's id.
kafka_format() {
  local java=$1 lib uuid i pids=()
  shift
  lib=$(cache_dir kafka)/lib
  uuid=$(conf_get "$dir/kafka.conf" uuid)
  for i; do
    mkdir -p "$dir/broker-$i/data"
    kafka_write_properties "$i"
    [[ ! -f $dir/broker-$i/data/meta.properties ]] || continue
    "$java" -Xmx128m -XX:TieredStopAtLevel=1 -cp "$lib/*" kafka.tools.StorageTool format --ignore-formatted \
      -t "$uuid" -c "$dir/broker-$i/server.properties" >"$dir/broker-$i/format.log" 2>&1 8>&- &
    pids+=("$!:$i")
  done
  for i in ${pids[@]+"${pids[@]}"}; do
    wait "${i%:*}" || fail_with_log "$dir/broker-${i#*:}/format.log" "formatting broker ${i#*:} failed"
  done
}

# Launches those of the brokers asked for that are not running and waits until each serves.
kafka_launch() {
  local lib java heap i p deadline want ids=()
  want=$(kafka_ids)
  lib=$(cache_dir kafka)/lib
  java=$(kafka_java)/bin/java
  heap=$(conf_get "$dir/kafka.conf" heap)
  p=$(conf_get "$dir/kafka.conf" port)
  deadline=$((SECONDS + kafka_timeout))
  for i in $want; do
    if live_pid "$dir/broker-$i/pid" >/dev/null; then say "broker $i is running"; continue; fi
    if port_open $((p + i - 1)); then die "port $((p + i - 1)) is taken by another process"; fi
    ids+=("$i")
  done
  ((${#ids[@]})) || return 0
  kafka_format "$java" "${ids[@]}"
  for i in "${ids[@]}"; do
    started+=("$dir/broker-$i/pid")
    launch "$dir/broker-$i/pid" "$dir/broker-$i/log" \
      "$java" "-Xmx$heap" -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true \
      -Dorg.slf4j.simpleLogger.showDateTime=true "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS" \
      -cp "$lib/*" kafka.Kafka "$dir/broker-$i/server.properties"
  done
  for i in "${ids[@]}"; do
    until grep -q 'Kafka Server started' "$dir/broker-$i/log" && port_open $((p + i - 1)); do
      live_pid "$dir/broker-$i/pid" >/dev/null || fail_with_log "$dir/broker-$i/log" "broker $i exited"
      ((SECONDS < deadline)) || fail_with_log "$dir/broker-$i/log" "broker $i not ready in $kafka_timeout s"
      sleep 0.2
    done
  done
  started=()
}

kafka_start() {
  [[ ! -f $dir/opensearch.conf ]] || die "$dir holds an OpenSearch"
  fetch_one kafka
  lock_dir
  local u
  if [[ -f $dir/kafka.conf ]]; then
    [[ -z $brokers || $brokers == "$(conf_get "$dir/kafka.conf" brokers)" ]] || die "$dir holds another number of brokers"
    [[ -z $port || $port == "$(conf_get "$dir/kafka.conf" port)" ]] || die "$dir holds a cluster with another port"
  else
    brokers=${brokers:-1}
    # The brokers' ports, and after them as many for the controllers.
    port=${port:-$(free_ports $((2 * brokers)))}
    u=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
    # A cluster id with a leading dash would be read as an option.
    u=${u/#-/A}
    printf '%s\n' "brokers=$brokers" "port=$port" "uuid=$u" "heap=${heap:-768m}" >"$dir/kafka.conf.tmp"
    mv "$dir/kafka.conf.tmp" "$dir/kafka.conf"
  fi
  remember_flags "$dir/kafka.conf"
  watch_from_here
  kafka_launch
  kafka_bootstrap
}

kafka_stop() {
  kafka_conf
  lock_dir
  local i ids files=()
  ids=$(kafka_ids)
  for i in $ids; do files+=("$dir/broker-$i/pid"); done
  # Once most brokers are gone there is no controller left to let the last one go: it waits for minutes.
  if ((${#files[@]} > 1 && stop_timeout > 15)); then stop_timeout=15; fi
  stop_pids "$signal" "${files[@]}"
}

kafka_restart() {
  kafka_conf
  fetch_one kafka
  kafka_stop
  kafka_launch
  kafka_bootstrap
}

# What runs: read the tables, send the probes, read what they moved, write the metrics.
run_watchdog() {
  started=$(date +%s)
  : >"$work/facts"
  : >"$work/expected"
  if [ -r "$expected" ]; then
    age=$((started - $(date -r "$expected" +%s)))
    fact restitch_expected_age_seconds - "$age"
    # Restitch writes its files every day. One that it has given up lists peers that may be gone.
    if [ "$age" -lt 172800 ] || ! grep -q '^# kept by Restitch' "$expected"; then cp "$expected" "$work/expected"; fi
  fi
  read_tables
  awk -v kubeletPort="$kubelet_port" "$read_awk$plan_awk" "$work/expected" "$work/dumped" "$work/routes6" "$work/fdb" >"$work/plan"
  start_probes
  read_files
  read_switches
  read_service_rules
  read_agents
  read_clock
  wait
  while read -r word device; do [ "$word" != ask ] || read_wireguard "$device"; done <"$work/plan"
  read_pod_keys
  answer_pods
  write_metrics
}

# Asks for everything at once: the tables, and where packets to the peers' pods and addresses would go.
read_tables() {
  printf '%s\n' 'link show' 'address show' 'neighbour show' 'route show table main' >"$work/questions"
  # shellcheck disable=SC2016 # awk's own
  awk "$read_awk"'
    END {
      peers[++peerCount] = "self"; peer["self", "pods"] = self["pods"]
      for (i = 1; i <= peerCount; i++) {
        p = peers[i]
        if (is4(peer[p, "ip"])) print "route get " peer[p, "ip"]
        if (peer[p, "pods6"] != "") print "route get " first(peer[p, "pods6"])
        if (peer[p, "ip6"] != "") print "route get " peer[p, "ip6"]
        if (is4(peer[p, "pods"])) { print "route get " at(peer[p, "pods"], p == "self" ? 2 : 1); print "route get " later(peer[p, "pods"]) }
      }
    }
  ' "$work/expected" >>"$work/questions"
  dump ip -d -o -force -batch "$work/questions"
  [ -s "$work/listed" ] || unseen ip
  mv "$work/listed" "$work/dumped"
  dump ip -6 -o route show table main
  mv "$work/listed" "$work/routes6"
  dump bridge fdb show || unseen bridge
  mv "$work/listed" "$work/fdb"
}

# read_wireguard DEVICE: `wg show` prints private and preshared keys; awk takes them out before anything is stored
read_wireguard() {
  {
    timeout -k 1 3 wg show "$1" dump 2>/dev/null
    echo "$?" >"$work/status"
  } | awk -F '\t' -v OFS='\t' '{ $(NR == 1 ? 1 : 2) = "-"; print }' >"$work/wg.$1"
  read -r status <"$work/status"
  case $status in
  0) fact restitch_wireguard_answers "device=\"$1\"" 1 ;;
  124 | 137 | 143)
    fact restitch_wireguard_answers "device=\"$1\"" 0
    rm -f "$work/wg.$1"
    ;;
  *)
    unseen wg
    rm -f "$work/wg.$1"
    ;;
  esac
}

# read_pod_keys: WireGuard devices within pods. One key in two pods makes the tunnel flap.
read_pod_keys() {
  : >"$work/podkeys"
  [ "${WATCHDOG_PODS:-off}" = on ] || return 0
  left=64
  for namespace in "$root"/run/netns/*; do
    [ -e "$namespace" ] || continue
    [ "$left" -gt 0 ] || break
    left=$((left - 1))
    timeout 2 nsenter --net="$namespace" wg show all public-key 2>/dev/null | awk -v pod="${namespace##*/}" '{ print pod, $1, $2 }' >>"$work/podkeys"
  done
}

write_metrics() {
  now=$(date +%s)
  touch "$state/endpoints" "$state/answered"
  set -- "$work/metrics" "$work/expected" "$work/dumped" "$work/routes6" "$work/fdb" "$work/plan" "$work/facts" "$work/podkeys" "$state/endpoints" "$state/answered"
  for file in net/tcp net/tcp6 net/snmp net/netstat net/stat/nf_conntrack net/stat/arp_cache; do
    [ ! -r "$proc/$file" ] || set -- "$@" "$proc/$file"
  done
  for file in "$work"/probe.*; do [ ! -e "$file" ] || set -- "$@" "$file"; done
  set -- "$@" "FS=	"
  for file in "$work"/wg.*; do [ ! -e "$file" ] || set -- "$@" "$file"; done
  printf '%s\n' "$metrics" >"$work/metrics"
  awk -v node="$node" -v now="$now" -v startedAt="$started" -v kubeletPort="$kubelet_port" -v endpointsFile="$work/endpoints.new" \
    -v answeredFile="$work/answered.new" \
    "$read_awk$judge_awk$report_awk" "$@" >"$work/prom" || exit 1
  # A table that is cut off looks like one whose entries are gone, and not every tool says that it could not write.
  printf '%4096s' '' 2>/dev/null >"$work/room" || {
    echo "restitch-watchdog: there is no room in $state" >&2
    exit 1
  }
  for file in endpoints answered; do [ ! -e "$work/$file.new" ] || mv "$work/$file.new" "$state/$file"; done
  if [ "$out" = - ]; then
    cat "$work/prom"
  else
    publish
  fi
}

# publish: node_exporter reads files that end in .prom, so it never sees the half-written one. The folder may be another user's
# (Debian: prometheus), who can put links there: the file is made anew or not at all (`set -C`), and nothing is moved into a folder.
publish() {
  rm -f "$out".[0-9]*
  (umask 022 && set -C && cat "$work/prom" >"$out.$$") 2>/dev/null && [ ! -d "$out" ] && mv -f "$out.$$" "$out" && return
  rm -f "$out.$$"
  echo "restitch-watchdog: cannot write $out" >&2
  exit 1
}

run_watchdog

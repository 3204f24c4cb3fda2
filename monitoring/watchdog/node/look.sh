# Packets, and what a node's files and switches say.

# connect ADDRESS PORT: with whatever the host has that makes TCP connections, for at most two seconds
connect() {
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016 # for bash
    timeout -k 1 2 bash -c ': <"/dev/tcp/$1/$2"' connect "$1" "$2"
  elif command -v curl >/dev/null; then
    timeout -k 1 3 curl -v -s -m 2 --noproxy '*' -o /dev/null "http://$1:$2/"
  elif command -v nc >/dev/null; then
    timeout -k 1 3 nc -w 2 "$1" "$2" </dev/null
  else
    return 127
  fi 2>&1
}

# ask ADDRESS BYTES: prints `small` and `full` for the datagrams that are answered. Nobody listens at traceroute's port: the peer's
# kernel says so. Two of each size at the most, since a kernel limits how many such answers it gives.
ask() {
  command -v bash >/dev/null || return 127
  # shellcheck disable=SC2016 # for bash
  timeout -k 1 5 bash -c '
    exec 3<>"/dev/udp/$1/$3" || exit
    answered() {
      for _ in 1 2; do
        said=$({ dd if=/dev/zero bs="$1" count=1 >&3; read -r -t 1 -u 3; } 2>&1)
        case $said in *refused*) return 0 ;; esac
      done
      return 1
    }
    answered 56 && echo small && answered "$2" && echo full
  ' ask "$1" "$2" "$udp_port" 2>&1
}

# start_probes: all at the same time, five packets each. A ping that fails by itself still leaves its exit code.
start_probes() {
  : >"$work/own-pods"
  while read -r word number _ _ _ _ protocol _ address bytes; do
    case $word in
    probe) one_probe "$number" "$protocol" "$address" "$bytes" & ;;
    pod) { timeout -k 1 2 ping -n -c 1 -W 1 "$number" >/dev/null 2>&1; echo "$?" >>"$work/own-pods"; } & ;;
    module) [ -d "/sys/module/$number" ] || modprobe -n -q "$number" 2>/dev/null || fact restitch_kernel_module_missing "module=\"$number\"" 1 ;;
    esac
  done <"$work/plan"
}

one_probe() {
  case $2 in
  tcp) connect "$3" "$4" >"$work/probe.$1" ;;
  udp) ask "$3" "$4" >"$work/probe.$1" ;;
  *) timeout -s INT -k 1 4 ping -n -M 'do' -c 5 -i 0.1 -W 1 -s "$4" "$3" >"$work/probe.$1" 2>&1 ;;
  esac
  printf '\nstatus %s\n' "$?" >>"$work/probe.$1"
}

answer_pods() {
  [ -s "$work/own-pods" ] || return 0
  fact restitch_own_pods_asked - "$(awk '$1 < 126 { n++ } END { print n + 0 }' "$work/own-pods")"
  fact restitch_own_pods_silent - "$(awk '$1 > 0 && $1 < 126 { n++ } END { print n + 0 }' "$work/own-pods")"
}

# read_files: subnet.env, and the addresses that host-local gave out
read_files() {
  if [ -r "$root/run/flannel/subnet.env" ]; then
    fact restitch_subnet_env_present - 1
    awk -F = '$1 == "FLANNEL_NETWORK" { print "cluster", $2 } $1 == "FLANNEL_SUBNET" { print "subnet", $2; print "env 1" } $1 == "FLANNEL_MTU" { print "mtu", $2 }' \
      "$root/run/flannel/subnet.env" >>"$work/facts"
  else
    fact restitch_subnet_env_present - 0
  fi
  used=0 networks=0
  for folder in "$root"/var/lib/cni/networks/*; do
    [ -d "$folder" ] || continue
    networks=$((networks + 1))
    for file in "$folder"/*.*.*.*; do [ ! -f "$file" ] || used=$((used + 1)); done
  done
  fact restitch_pod_addresses_used - "$used"
  fact restitch_cni_networks - "$networks"
  [ ! -d /sys/module/wireguard ] || echo 'wireguard-module 1' >>"$work/facts"
}

# read_switches: forwarding by device, services on bridges, and the tables' limits. Not with the shell's `read`: it asks for one
# byte at a time, and the kernel answers only the first of such questions about a file of /proc/sys.
read_switches() {
  set --
  for file in "$proc"/sys/net/ipv4/conf/*/forwarding; do
    case $file in */veth* | */cali* | */lxc* | */lo/* | */default/* | */all/*) ;; *) set -- "$@" "$file" ;; esac
  done
  for file in ipv4/ip_forward ipv6/conf/all/forwarding bridge/bridge-nf-call-iptables netfilter/nf_conntrack_count netfilter/nf_conntrack_max; do
    [ ! -r "$proc/sys/net/$file" ] || set -- "$@" "$proc/sys/net/$file"
  done
  awk '
    { n = split(FILENAME, part, "/"); name = part[n] }
    name == "forwarding" && FILENAME ~ /ipv6/ { print "forwarding6.all", $1; next }
    name == "forwarding" { print "forwarding." part[n - 1], $1 }
    name == "ip_forward" { print "forwarding.all", $1 }
    name == "bridge-nf-call-iptables" { print "fact restitch_bridge_netfilter -", $1 }
    name == "nf_conntrack_count" { print "fact restitch_conntrack_entries -", $1 }
    name == "nf_conntrack_max" { print "fact restitch_conntrack_limit -", $1 }
  ' "$@" /dev/null >>"$work/facts"
}

# read_service_rules: rules that masquerade what pods send elsewhere, and whether services have any. Only nft shows them all.
read_service_rules() {
  command -v nft >/dev/null || return 0
  timeout -k 1 2 nft list chains ip 2>/dev/null | awk '$1 == "chain" && $2 == "KUBE-SERVICES" { there = 1 } END { print there + 0 }' >"$work/services"
  read -r there <"$work/services"
  fact restitch_service_rules 'chain="KUBE-SERVICES"' "$([ "$there" = 1 ] && echo 1 || echo -1)"
  rules=$(timeout -k 1 2 nft -s list chain ip nat FLANNEL-POSTRTG 2>/dev/null | awk '/^[ \t]*chain/ { n = 1 } n && NF && !/[{}]/ && !/hook|comment "/ { r++ } END { print n ? r + 0 : -1 }')
  fact restitch_service_rules 'chain="FLANNEL-POSTRTG"' "$rules"
}

# read_agents: flanneld, k3s, RKE2, kubelet, kube-proxy, by the names of their processes
read_agents() {
  grep -hxE 'flanneld|k3s.*|rke2.*|kubelet|kube-proxy' "$proc"/[0-9]*/comm 2>/dev/null | sort -u | while read -r name; do
    fact restitch_agent_running "agent=\"$name\"" 1
  done
}

# read_clock: the hub's clock by the Date of its kubelet, where curl is there
read_clock() {
  hub=$(awk '$1 == "probe" && $5 == "hub" && $6 == "underlay" { print $9; exit }' "$work/plan")
  [ -n "$hub" ] && command -v curl >/dev/null || return 0
  told=$(timeout -k 1 3 curl -k -s -I -m 2 --noproxy '*' "https://$hub:$kubelet_port/healthz" 2>/dev/null | sed -n 's/^[Dd]ate: *//p' | tr -d '\r')
  [ -n "$told" ] || return 0
  there=$(date -d "$told" +%s 2>/dev/null) || return 0
  fact restitch_clock_offset_seconds - $((there - $(date +%s)))
}

# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# What diagnose reads about the host besides its tables.

# start_pod_pings: pods of this node that can answer probes of other hosts. Neighbour tables tell only of pods that talk, so
# addresses that host-local gave out are asked too, at most 8 of those that no neighbour table has. Both also hold addresses of
# pods that are gone, so each is pinged, all at the same time. Of IPv6, where it is read, at most 2 of each kind.
start_pod_pings() {
  known pods6
  candidates6=" $names " given_out=' ' more=2
  [ -z "$SSM_flannelDeviceV6" ] || for file in "$root"/var/lib/cni/networks/*/*:*:*; do
    address=${file##*/}
    case $address in *[!0-9a-f:]*) continue ;; esac
    case $candidates6 in
    *" $address "*) ;;
    *)
      [ "$more" -gt 0 ] || break
      more=$((more - 1)) candidates6="$candidates6$address "
      ;;
    esac
    given_out="$given_out$address "
  done
  known pods
  candidates=" $names " more=8 cni_networks=''
  for file in "$root"/var/lib/cni/networks/*/*.*.*.*; do
    address=${file##*/}
    case $address in *[!0-9.]*) continue ;; esac
    network=${file%/*}
    case $cni_networks/ in *"/${network##*/}/"*) ;; *) cni_networks=$cni_networks/${network##*/} ;; esac
    case $candidates in
    *" $address "*) ;;
    *)
      [ "$more" -gt 0 ] || continue
      more=$((more - 1)) candidates="$candidates$address "
      ;;
    esac
    given_out="$given_out$address "
  done
  pod_pings=''
  for address in $candidates $candidates6; do
    timeout -k 1 2 ping -n -c 1 -W 1 "$address" >/dev/null 2>&1 &
    pod_pings="$pod_pings $!:$address"
  done
}

# finish_pod_pings: who answered; of the addresses that were given out, also who did not
finish_pod_pings() {
  pods_alive='' pods_silent='' no_ping=''
  for ping in $pod_pings; do
    address=${ping#*:}
    wait "${ping%%:*}"
    case $? in
    0) pods_alive="$pods_alive $address" ;;
    126 | 127) no_ping=1 ;;
    *) case $given_out in *" $address "*) pods_silent="$pods_silent $address" ;; esac ;;
    esac
  done
  [ -z "$no_ping" ] || unseen pods 'ping: not found'
}

# see_kernel: its release, and whether the modules of the stack are there. Without modprobe only what is in use is known.
see_kernel() {
  release='' modules_known=''
  read -r release <"$proc/sys/kernel/osrelease"
  known uses
  set --
  for module in vxlan wireguard br_netfilter; do
    case " $names " in *" $module "*) is=loaded ;; *) is='' ;; esac
    [ ! -d "$modules/$module" ] || is=loaded
    if [ -n "$is" ]; then modules_known="$modules_known $module=$is"; else set -- "$@" "$module"; fi
  done
  [ $# -gt 0 ] && command -v modprobe >/dev/null || return 0
  # shellcheck disable=SC2016 # for the inner shell
  bound=2 bounded sh -c 'for module; do modprobe -n -q "$module" 2>/dev/null; echo "$module $?"; done' modprobe "$@" >"$work/modprobe"
  while read -r module status; do
    case $status in 0) is=loadable ;; 126 | 127) continue ;; *) is=missing ;; esac
    modules_known="$modules_known $module=$is"
  done <"$work/modprobe"
}

# see_offload: who computes the checksums of what flannel's own device sends: on (card or driver), off (the kernel), fixed
see_offload() {
  tx_checksum=''
  known stack
  case " $names " in *" $SSM_flannelDevice "*) command -v ethtool >/dev/null || return 0 ;; *) return 0 ;; esac
  bound=2 bounded ethtool -k "$SSM_flannelDevice" >"$work/offload" 2>/dev/null
  while read -r feature value fixed; do
    case $feature in tx-checksum-ip-generic:) tx_checksum=${fixed:-$value} ;; esac
  done <"$work/offload"
  case $tx_checksum in on | off) ;; '[fixed]') tx_checksum=fixed ;; *) tx_checksum='' ;; esac
}

# see_flows: into $work/flows at most 8 flows of UDP that nobody answers, from a private address (those of the outside are nobody's
# business), translated to an address of this node's pods that no pod has: host-local did not give it out, and the kernel asks
# for it in vain. Not where the table is large, as it is read as a whole.
see_flows() {
  count='' flows=$proc/net/nf_conntrack flows_known=''
  [ ! -r "$proc/sys/net/netfilter/nf_conntrack_count" ] || read -r count <"$proc/sys/net/netfilter/nf_conntrack_count"
  [ -n "$cni_allocated" ] && [ "${count:-65537}" -le 65536 ] && [ -r "$root/run/flannel/subnet.env" ] || return 0
  if [ ! -r "$flows" ]; then
    [ -d "$modules/nf_conntrack_netlink" ] && command -v conntrack >/dev/null || return 0
    flows=$work/conntrack
    bound=2 bounded conntrack -L -p udp >"$flows" 2>/dev/null || return 0
  fi
  # shellcheck disable=SC2016 # awk's own
  bound=2 bounded awk '
    function number(ip, p) { split(ip, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
    function field(name, i) { for (i = at + 1; i <= NF; i++) if (index($i, name "=") == 1) { at = i; return substr($i, length(name) + 2) } return "" }
    /^FLANNEL_SUBNET=/ { split($0, kv, "[=/]"); size = 1; for (bits = kv[3]; bits < 32; bits++) size *= 2; subnet = int(number(kv[2]) / size) }
    size == 0 || !/\[UNREPLIED\]/ || !match($0, /udp +17 +[0-9]+ /) { next }
    {
      split(substr($0, RSTART, RLENGTH), w); at = 0
      from = field("src"); to = field("dst"); sport = field("sport"); dport = field("dport"); pod = field("src")
      if (pod == to || int(number(pod) / size) != subnet) next
      if (from !~ /^(10|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]/) next
      if (++n <= 8) print from ":" sport, to ":" dport, pod, w[3]
    }
  ' "$root/run/flannel/subnet.env" "$flows" >"$work/candidates" 2>/dev/null || return 0
  while read -r from to pod left; do
    for file in "$root"/var/lib/cni/networks/*/"$pod"; do [ ! -e "$file" ] || continue 2; done
    state=$(bound=1 bounded ip -4 neigh show to "$pod" </dev/null 2>/dev/null)
    case $state in *FAILED* | *INCOMPLETE*) echo "$from $to $pod $left" ;; esac
  done <"$work/candidates" >"$work/flows"
  flows_known=1
}

# see_agents: names of running agents (flanneld, k3s, RKE2, kubelet, kube-proxy) in this network namespace, so without pods'
# processes.
see_agents() {
  agents=' '
  for process in /proc/[0-9]*; do
    name=''
    read -r name <"$process/comm" || continue
    case $name in flanneld | k3s* | rke2* | kubelet | kube-proxy) ;; *) continue ;; esac
    case $agents in *" $name "*) continue ;; esac
    # shellcheck disable=SC3013 # dash and busybox know -ef
    [ ! "$process/ns/net" -ef /proc/self/ns/net ] || agents="$agents$name "
  done 2>/dev/null
}

# see_files: what flanneld and the CNI plug-in keep on disk, and the machine's id
see_files() {
  cni_allocated='' cni_files='' net_conf='' machine_id=''
  for file in "$root"/var/lib/cni/networks/*; do
    [ ! -d "$file" ] || cni_allocated=0
  done
  for file in "$root"/var/lib/cni/networks/*/*.*.*.*; do
    [ ! -f "$file" ] || cni_allocated=$((cni_allocated + 1))
  done
  for file in "$root"/etc/cni/net.d/*.conf "$root"/etc/cni/net.d/*.conflist; do
    [ ! -f "$file" ] || cni_files="$cni_files/${file##*/}"
  done
  for file in "$root"/var/lib/rancher/k3s/agent/etc/flannel/net-conf.json "$root"/var/lib/rancher/rke2/agent/etc/flannel/net-conf.json \
    "$root"/etc/kube-flannel/net-conf.json; do
    [ ! -r "$file" ] || [ -n "$net_conf" ] || net_conf=$file
  done
  [ ! -r "$root/etc/machine-id" ] || read -r machine_id <"$root/etc/machine-id"
  case $machine_id in *[!0-9a-f]*) machine_id='' ;; esac
}

# see_proc: growing counters as `counter NAME VALUE`, and of the kubelet's port whether anything listens and whether
# connections wait unaccepted, as `kubelet LISTENING WAITING`. `moment` as of see_peers.
see_proc() {
  known stack
  devices=$names
  set --
  for file in net/tcp net/tcp6 net/snmp net/netstat net/dev net/softnet_stat net/stat/nf_conntrack net/stat/arp_cache \
    sys/net/netfilter/nf_conntrack_count; do
    [ ! -r "$proc/$file" ] || set -- "$@" "$proc/$file"
  done
  set -- "$@" /dev/null
  awk -v port="$SSM_kubeletPort" -v devices="$devices" '
    function hex(s, n, i) { for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1; return n + 0 }
    function count(name, value) { printf "counter %s %.0f\n", name, value }
    # adds up the named columns of a table that has one row of hexadecimal numbers per processor
    function add(group, names, i) {
      if (FNR == 1) { split("", column); for (i = 1; i <= NF; i++) if (index(" " names " ", " " $i " ")) column[i] = group "." $i; return }
      for (i in column) sum[column[i]] += hex($i)
    }
    # two rows per protocol: names, then values
    function pick(names, i) {
      if ($1 != head) { head = $1; split($0, title); return }
      for (i = 2; i <= NF; i++) if (index(" " names " ", " " $1 title[i] " ")) { name = $1 title[i]; sub(/:/, ".", name); count(name, $i) }
      head = ""
    }
    BEGIN { listens = sprintf(":%04X", port); n = split(devices, w, " "); for (i = 1; i <= n; i++) isStack[w[i]] = 1 }
    FNR == 1 { head = "" }
    FILENAME ~ /\/tcp6?$/ { if ($4 == "0A" && substr($2, length($2) - 4) == listens) { listening = 1; split($5, queue, ":"); if (queue[2] != "00000000") waiting = 1 } next }
    FILENAME ~ /\/snmp$/ { pick("Udp:InErrors Udp:InCsumErrors Udp:RcvbufErrors Tcp:InCsumErrors"); next }
    FILENAME ~ /\/netstat$/ { pick("TcpExt:IPReversePathFilter IpExt:InCsumErrors"); next }
    FILENAME ~ /\/nf_conntrack$/ { add("conntrack", "drop early_drop insert_failed"); next }
    FILENAME ~ /\/arp_cache$/ { add("neighbours", "table_fulls"); next }
    FILENAME ~ /\/softnet_stat$/ { sum["softnet.dropped"] += hex($2); next }
    FILENAME ~ /_count$/ { count("conntrack.count", $1); next }
    FILENAME ~ /\/dev$/ {
      if (!sub(/:/, " ") || !($1 in isStack)) next
      count("link." $1 ".rx_errors", $4); count("link." $1 ".rx_dropped", $5); count("link." $1 ".tx_errors", $12); count("link." $1 ".tx_dropped", $13)
    }
    END { for (name in sum) count(name, sum[name]); print "kubelet " listening + 0 " " waiting + 0 }
  ' "$@" >"$work/proc$moment"
}

# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# What diagnose reads from the kernel's tables. Each process that is started costs a busy node time, so all tables of `ip` are
# read by one process, and files of /proc by one awk or by the shell itself.

# A simulated host has folders of its own in the place of these two.
proc=$root/proc
[ -d "$proc" ] || proc=/proc
modules=$root/sys/module
[ -d "$modules" ] || modules=/sys/module

# unseen WHAT WHY: records what could not be read. An absent device is not recorded: its tables are empty
unseen() {
  case $2 in *'does not exist'* | *'Cannot find device'* | *'No such device'*) return 0 ;; esac
  printf '%s\t%s\n' "$1" "$2" >>"$work/unseen"
}

# why_failed STATUS COMMAND FILE: exit codes 124, 137 and (busybox) 143 mean a time-out, 127 a missing program
why_failed() {
  case $1 in
  124 | 137 | 143) why=timeout ;;
  127) why="$2: not found" ;;
  *)
    why=''
    read -r why <"$3"
    why=${why:-exit code $1}
    ;;
  esac
}

# dump COMMAND…: lists tables of the kernel into $work/dumped. If a table changes meanwhile, as it does when pods come and go
# (seen with 40 devices), iproute2 exits with 0 and says "Dump was interrupted and may be inconsistent": then again. A table
# that changed during every attempt counts as not read.
dump() {
  for _ in 1 2 3 4 5; do
    bound=3 bounded "$@" >"$work/dumped" 2>"$work/error"
    status=$?
    has_room
    { [ -s "$work/error" ] && grep -q 'Dump was interrupted' "$work/error"; } || return "$status"
  done
  return 5
}

# see_tables: those in `tables`, of links, addresses, neighbours, routes and policy rules, and the ways to the addresses in question. Where
# only devices count, of the routes the default one. What the other readings need from them is written to $work/known: `stack` (a device of the overlay stack), `pods` (an address behind a
# bridge; of IPv6 `pods6`, where it is read), `uses` (a kernel module), `asks` (a device whose WireGuard peers can be read).
see_tables() {
  for table in links addresses neighbours ipv6-neighbours routes rules ways known; do : >"$work/$table"; done
  case $tables in
  'links routes') printf '%s\n' 'link show' 'route show table main default' ;;
  *) printf '%s\n' 'link show' 'address show' 'neighbour show' 'route show table main' 'rule show' ;;
  esac >"$work/questions"
  IFS=,
  for address in $SSM_ways; do printf 'route get %s\n' "$address" >>"$work/questions"; done
  unset IFS
  dump ip -d -o -force -batch "$work/questions"
  status=$?
  command_failed=false
  while read -r said; do case $said in 'Command failed '*) command_failed=true ;; esac done <"$work/error"
  if [ "$status" -ne 0 ] && { [ "$status" -ge 124 ] || [ "$command_failed" = false ]; }; then
    why_failed "$status" ip "$work/error"
    for table in $tables ways; do unseen "$table" "$why"; done
    return
  fi
  awk -v flannel="$SSM_flannelDevice" -v flannel6="$SSM_flannelDeviceV6" -v wg="$SSM_wireguardDevice" -v ways="$SSM_ways" -v into="$work/" -v tables="$tables" '
    function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
    # A command that failed: first the reason, then "Command failed FILE:LINE".
    FILENAME ~ /\/error$/ {
      if (!/^Command failed /) { why = $0; next }
      line = $0; sub(/.*:/, "", line); line += 0; gsub(/\t/, " ", why)
      if (line <= count) what = table[line]
      else { what = "ways"; if (why ~ /^(RTNETLINK answers|Error):/) { print "none " asked[line - count] > (into "ways"); next } }
      print what "\t" (why == "" ? "exit code 1" : why) > (into "unseen.tables")
      next
    }
    $1 ~ /^[0-9]+:$/ && $3 ~ /^</ {
      print > (into "links")
      name = $2; sub(/[@:].*/, "", name); kind = ""
      if (match($0, /\\ +(vxlan|wireguard|tun|bridge) /)) { kind = substr($0, RSTART + 1, RLENGTH - 1); gsub(/ /, "", kind) }
      if (kind == "bridge") bridge[name] = 1
      if (kind == "vxlan" || kind == "wireguard") print "uses " kind > (into "known")
      if (name == flannel || name == flannel6 || name == wg || name == "cni0") print "stack " name > (into "known")
      if ((name == flannel || name == flannel6 || name == wg) && kind != "vxlan") print "asks " name > (into "known")
      next
    }
    $1 ~ /^[0-9]+:$/ && $3 ~ /^inet6?$/ { print > (into "addresses"); next }
    $1 ~ /^[0-9]+:$/ { print > (into "rules"); next }
    $2 == "dev" && $NF ~ /^[A-Z]+$/ {
      if ($3 == flannel) print > (into "neighbours")
      if ($3 == flannel6 && $1 !~ /^fe80:/) print > (into "ipv6-neighbours")
      if (($3 in bridge) && $1 !~ /:/ && / lladdr / && shown[$3]++ < 4) print "pods " $1 > (into "known")
      if (flannel6 != "" && ($3 in bridge) && $1 ~ /:/ && $1 !~ /^fe80:/ && / lladdr / && shown6[$3]++ < 2) print "pods6 " $1 > (into "known")
      next
    }
    {
      if (/\\ +cache/) { print > (into "ways"); next }
      if ($1 ~ /^(blackhole|unreachable|prohibit|throw|local|broadcast|multicast|anycast|nat)$/) next
      sub(/^unicast /, "")
      print > (into "routes")
      if (uplink == "" && $1 == "default") {
        uplink = field("dev")
        if (uplink != flannel && uplink != wg && uplink != "cni0") print "stack " uplink > (into "known")
      }
    }
    BEGIN { count = split(tables, table, " "); split(ways, asked, ",") }
  ' "$work/error" "$work/dumped"
  [ ! -e "$work/unseen.tables" ] || while IFS='	' read -r table why; do unseen "$table" "$why"; done <"$work/unseen.tables"
}

# known WORD: the names that see_tables found, separated by blanks
known() {
  names=''
  while read -r word name; do [ "$word" != "$1" ] || names="$names $name"; done <"$work/known"
  names=${names# }
}

# see_fdb TABLE DEVICE
see_fdb() {
  : >"$work/$1"
  known stack
  case " $names " in *" $2 "*) ;; *) [ ! -s "$work/links" ] || return 0 ;; esac
  if dump bridge fdb show dev "$2"; then
    mv "$work/dumped" "$work/$1"
  else
    why_failed $? bridge "$work/error"
    unseen "$1" "$why"
  fi
}

# see_ipv6: what flannel keeps of the second pod network, where the node has one. `ip` lists the routes of one family at a time.
see_ipv6() {
  : >"$work/ipv6-routes"
  : >"$work/ipv6-fdb"
  [ -n "$SSM_flannelDeviceV6" ] || return 0
  see_fdb ipv6-fdb "$SSM_flannelDeviceV6"
  if dump ip -6 -o route show table main; then
    mv "$work/dumped" "$work/ipv6-routes"
  else
    why_failed $? ip "$work/error"
    unseen ipv6-routes "$why"
  fi
}

# see_peers: the peers of the tunnel's device and of flannel's, all asked at the same time. A device without a name is none. `moment` ends
# the names of the files: they are read before and after packets.
see_peers() {
  known asks
  for what in wireguard:$SSM_wireguardDevice flannel-wireguard:$SSM_flannelDevice ipv6-flannel-wireguard:$SSM_flannelDeviceV6; do
    table=${what%%:*} device=${what#*:}
    : >"$work/$table$moment"
    case " $names " in *" ${device:-/} "*) see_wireguard "$table" "$device" & ;; esac
  done
  wait
}

# In the dump the private key is the first field of line 1, a preshared key the second field of every other line. Both are
# replaced before anything is stored.
# see_wireguard WHAT DEVICE
see_wireguard() {
  {
    bound=3 bounded wg show "$2" dump 2>"$work/$1.error"
    echo $? >"$work/$1.status"
  } | awk -F '\t' -v OFS='\t' '{ $(NR == 1 ? 1 : 2) = "-"; print }' >"$work/$1$moment"
  read -r status <"$work/$1.status"
  [ "$status" -ne 0 ] || return 0
  : >"$work/$1$moment"
  why_failed "$status" wg "$work/$1.error"
  unseen "$1" "$why"
}

# see_sysctls: switches of the host and of each device of the stack. A dot within a device's name is written as a slash.
# `-e`: keys that this kernel does not have are left out.
see_sysctls() {
  set -- net.ipv4.ip_forward net.ipv4.conf.all.rp_filter net.ipv4.conf.all.forwarding net.ipv4.neigh.default.gc_thresh3 \
    net.netfilter.nf_conntrack_max net.bridge.bridge-nf-call-iptables net.ipv4.route.mtu_expires
  # Of IPv6 the switch for all decides alone (net/ipv6/ip6_output.c, ip6_forward).
  [ -z "$SSM_flannelDeviceV6" ] || set -- "$@" net.ipv6.conf.all.forwarding
  known stack
  for device in $names; do
    slashed=''
    while :; do case $device in *.*) slashed=$slashed${device%%.*}/ device=${device#*.} ;; *) break ;; esac done
    set -- "$@" "net.ipv4.conf.$slashed$device.rp_filter" "net.ipv4.conf.$slashed$device.forwarding"
  done
  bound=2 bounded sysctl -e "$@" >"$work/sysctls" 2>"$work/error"
  status=$?
  # busybox ends with 1 and says nothing when a key is not there
  [ "$status" -ne 0 ] || return 0
  [ "$status" -ne 1 ] || [ -s "$work/error" ] || return 0
  why_failed "$status" sysctl "$work/error"
  case $why in *'cannot stat'*) ;; *) unseen sysctls "$why" ;; esac
}

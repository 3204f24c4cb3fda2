# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# The grammar of repairs, the same as in core/grammar/operation.ts: parsed again here. Prepended to `apply` and
# `bounce`.

# Canonical spelling of addresses and networks, because the kernel's and the plan's may differ: IPv6 in full, no /32 or /128.
# shellcheck disable=SC2016 # awk's own
awk_canonical='
  function groups(s, out, n, part, i) {
    n = s == "" ? 0 : split(s, part, ":")
    for (i = 1; i <= n; i++) { sub(/^0+/, "", part[i]); out = out ":" (part[i] == "" ? "0" : part[i]); }
    count = n
    return out
  }
  function address(s, gap, left, right, zeros, used) {
    if (s !~ /:/) return s
    gap = index(s, "::")
    if (gap == 0) return groups(s)
    left = groups(substr(s, 1, gap - 1)); used = count
    right = groups(substr(s, gap + 2)); used += count
    for (zeros = ""; used < 8; used++) zeros = zeros ":0"
    return left zeros right
  }
  function network(s, slash) {
    if (s == "default") return s
    slash = index(s, "/")
    if (slash == 0) return address(s)
    return address(substr(s, 1, slash - 1)) (substr(s, slash) == (s ~ /:/ ? "/128" : "/32") ? "" : substr(s, slash))
  }
  function endpoint(s) { return match(s, /\]:[0-9]+$/) ? "[" address(substr(s, 2, RSTART - 2)) substr(s, RSTART) : s }
  function number(hex, i, n) { for (i = 1; i <= length(hex); i++) n = n * 16 + index("123456789abcdef", substr(hex, i, 1)); return n + 0 }
  # where a forwarding entry leads to: iproute2 4.17 and 4.18 leave out the word `dst`
  function leads_to(i) {
    for (i = 2; i <= NF; i++) {
      if ($i == "dst") return $(i + 1)
      if ($i ~ /^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$/ || $i ~ /^[0-9a-f]*:[0-9a-f:]*$/) return $i
    }
    return ""
  }
  # a network without its host bits, as WireGuard keeps it
  function masked(s, side, part, bits, wide, kept, unit, i, n, out) {
    split(s, side, "/")
    bits = side[2] + 0
    wide = s ~ /:/ ? 16 : 8
    n = wide == 16 ? split(substr(address(side[1]), 2), part, ":") : split(side[1], part, ".")
    for (i = 1; i <= n; i++) {
      unit = 1
      for (kept = wide; kept > 0 && kept > bits; kept--) unit *= 2
      out = out ":" int((wide == 16 ? number(part[i]) : part[i]) / unit) * unit
      bits -= wide
    }
    return out "/" side[2]
  }
'

# parse_operations: $SSM_operations (lines joined by commas) → $work/operations; refuses all of it if one line does not fit
parse_operations() {
  case $SSM_operations in *[!]A-Za-z0-9+=\ .:/_,[-]*) answer refused 'operations hold a character outside the grammar' ;; esac
  printf '%s' "$SSM_operations" | tr ',' '\n' >"$work/lines"
  awk '
    function ip4(s, part, n, i) {
      n = split(s, part, ".")
      for (i = 1; i <= n; i++) if (part[i] !~ /^(0|[1-9][0-9]?[0-9]?)$/ || part[i] + 0 > 255) return 0
      return n == 4
    }
    function ip6(s, part, n, i, empty) {
      if (s !~ /^[0-9a-f:]+$/ || s ~ /:::/ || s ~ /::.*::/ || s ~ /^:[^:]/ || s ~ /[^:]:$/) return 0
      n = split(s, part, ":")
      for (i = 1; i <= n; i++) if (length(part[i]) > 4) return 0
      return s ~ /::/ ? n <= 9 : n == 8
    }
    function ip(s) { return ip4(s) || ip6(s) }
    # a unicast address: neither zero nor multicast, which would mean every peer
    function mac(s) {
      if (s !~ /^[0-9a-f][02468ace]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]$/) return 0
      return s != "00:00:00:00:00:00"
    }
    function dev(s) { return s ~ /^[a-z][a-z0-9._-]*$/ && length(s) <= 15 }
    function cidr(s, part) {
      if (split(s, part, "/") != 2 || part[2] !~ /^(0|[1-9][0-9]?[0-9]?)$/) return 0
      return (ip4(part[1]) && part[2] + 0 <= 32) || (ip6(part[1]) && part[2] + 0 <= 128)
    }
    # a network, but never a default route
    function some(s) { return cidr(s) && s !~ /\/0$/ }
    function from(low, s, high) { return s ~ /^(0|[1-9][0-9]*)$/ && length(s) <= 8 && s + 0 >= low && s + 0 <= high }
    function mtu(s) { return from(576, s, 65535) }
    # 32 bytes in base64
    function key(s) { return length(s) == 44 && s ~ /^[A-Za-z0-9+\/]+[AEIMQUYcgkosw048]=$/ }
    function socket(s, host) {
      if (!match(s, /:[0-9]+$/) || !from(1, substr(s, RSTART + 1), 65535)) return 0
      host = substr(s, 1, RSTART - 1)
      return host ~ /^\[.*\]$/ ? ip6(substr(host, 2, length(host) - 2)) : ip4(host)
    }
    function named() { return dev($3) && $4 == "peer" && key($5) }
    function peer() { return named() && NF >= 6 }
    function ours(i) {
      if ($0 ~ /  |^ | $/) return 0
      if ($1 == "neigh" && $2 == "replace") return NF == 7 && ip($3) && $4 == "lladdr" && mac($5) && $6 == "dev" && dev($7)
      if ($1 == "fdb" && $2 == "replace") return NF == 7 && mac($3) && $4 == "dst" && ip($5) && $6 == "dev" && dev($7)
      if ($1 == "route" && $2 == "replace") return some($3) && $4 == "via" && ip($5) && $6 == "dev" && dev($7) && $8 == "onlink" && (NF == 8 || (NF == 10 && $9 == "mtu" && mtu($10)))
      if ($1 == "route" && $2 == "set") return some($3) && $4 == "dev" && dev($5) && (NF == 5 || (NF == 7 && $6 == "mtu" && mtu($7)))
      if ($1 == "route" && $2 == "del") return NF == 5 && some($3) && $4 == "dev" && dev($5)
      if ($1 == "route" && $2 == "flush") return NF == 4 && $3 == "cache" && ip4($4)
      if ($1 == "link" && $2 == "up") return NF == 3 && dev($3)
      if ($1 == "link" && $2 == "mtu") return NF == 4 && dev($3) && mtu($4)
      if ($1 == "addr" && $2 == "del") return NF == 5 && some($3) && $4 == "dev" && dev($5)
      if ($1 == "addr" && $2 == "replace") return NF == 5 && cidr($3) && $4 == "dev" && dev($5)
      if ($1 == "offload") return NF == 4 && dev($2) && $3 == "tx-checksum-ip-generic" && $4 == "off"
      if ($1 == "conntrack" && $2 == "del") return NF == 7 && $3 == "udp" && $4 !~ /\[/ && socket($4) && $5 !~ /\[/ && socket($5) && $6 == "at" && ip4($7)
      if ($1 == "vxlan" && $2 == "create") {
        if (NF != 15 || !dev($3) || $4 != "id" || !from(1, $5, 16777215) || $6 != "dstport" || !from(1, $7, 65535)) return 0
        if ($8 != "local" || !ip($9) || $10 != "dev" || !dev($11) || $3 == $11) return 0
        return $12 == "address" && mac($13) && $14 == "mtu" && mtu($15)
      }
      if ($1 == "wg" && $2 == "listen-port") return NF == 4 && dev($3) && from(1024, $4, 65535)
      if ($1 == "wg" && $2 == "keepalive") return peer() && NF == 6 && from(0, $6, 65535)
      if ($1 == "wg" && $2 == "endpoint") return peer() && NF == 6 && socket($6)
      if ($1 == "wg" && $2 == "allowed-ips") {
        for (i = 6; i <= NF; i++) if (!some($i)) return 0
        return peer()
      }
      if ($1 == "wg" && $2 == "add") {
        if (NF < 11 || $6 != "endpoint" || !socket($7) || $8 != "keepalive" || !from(0, $9, 65535) || $10 != "allowed-ips") return 0
        for (i = 11; i <= NF; i++) if (!some($i)) return 0
        return peer()
      }
      if ($1 == "wg" && $2 == "del") return NF == 5 && named()
      return /^sysctl net[.](ipv4[.]ip_forward|ipv6[.]conf[.]all[.]forwarding) 1$/
    }
    !ours() { print > foreign; exit 1 }
    { print }
  ' foreign="$work/foreign" "$work/lines" >"$work/operations"
  status=$?
  # Half of a line may be in the grammar too: what is carried out is all that was sent.
  has_room || answer refused "$no_room"
  [ "$status" -eq 0 ] || answer refused "line outside the grammar: $(head -n 1 "$work/foreign" 2>/dev/null)"
  [ "$(tr '\n' ',' <"$work/operations")" = "$SSM_operations${SSM_operations:+,}" ] || answer refused 'the last line is empty, outside the grammar'
}

# From `wg show DEVICE dump`: one line with device, `=`, listen port, then one for each peer with device, key, endpoint, allowed
# IPs, keepalive. Private and preshared keys are dropped.
# shellcheck disable=SC2016 # awk's own
awk_peers='
  NR == 1 { print device "\t=\t" $3; next }
  { print device "\t" $1 "\t" $3 "\t" $4 "\t" $8 }
'

# wg_peers DEVICE: its peers, or `device ! why` when they cannot be read
wg_peers() {
  { bounded wg show "$1" dump 2>"$work/said" || echo '!' >"$work/unread"; } |
    awk -F '\t' -v device="$1" "$awk_peers"
  [ -f "$work/unread" ] || return 0
  rm -f "$work/unread"
  printf '%s\t!\t%s\n' "$1" "$(sed -n '1s/\t/ /gp;1q' "$work/said")"
}

# concerns TABLE: true when an operation is about it
concerns() {
  grep -q "^$1 " "$work/operations"
}

# read_kernel: the present state, one file per table. A table that cannot be read is empty, so its lines count as not done; lines
# that remove something can never be done then.
read_kernel() {
  : >"$work/kernel.unread"
  listed ip -d -o link show >"$work/kernel.link" 2>/dev/null
  listed ip -o addr show >"$work/kernel.addr" 2>/dev/null || echo addresses >>"$work/kernel.unread"
  { listed ip -4 neigh show; listed ip -6 neigh show; } >"$work/kernel.neigh" 2>/dev/null
  listed bridge fdb show >"$work/kernel.fdb" 2>/dev/null
  {
    listed ip -4 route show table main || echo routes >>"$work/kernel.unread"
    listed ip -6 route show table main || echo 'routes of IPv6' >>"$work/kernel.unread"
  } >"$work/kernel.route" 2>/dev/null
  : >"$work/kernel.sysctl"
  # `-e`: where a kernel has no IPv6, the other line is done all the same
  ! concerns sysctl || bounded sysctl -e net.ipv4.ip_forward net.ipv6.conf.all.forwarding >"$work/kernel.sysctl" 2>/dev/null
  # what the kernel learned of a path: `lifetime SECONDS`, then one way for each address in question
  : >"$work/kernel.learned"
  ! grep -q '^route flush ' "$work/operations" || {
    printf 'lifetime %s\n' "$(bounded sysctl -n net.ipv4.route.mtu_expires 2>/dev/null)"
    awk '$1 == "route" && $2 == "flush" && !seen[$4]++ { print $4 }' "$work/operations" |
      while read -r address; do listed ip -4 -o route get "$address"; done
  } >"$work/kernel.learned" 2>/dev/null
  : >"$work/kernel.offload"
  ! concerns offload || awk '$1 == "offload" && !seen[$2]++ { print $2 }' "$work/operations" |
    while read -r device; do
      bounded ethtool -k "$device" 2>&1 | awk -v dev="$device" '{ why = why == "" ? $0 : why } $1 == "tx-checksum-ip-generic:" { why = ""; print dev, $2, $3; exit } END { if (why != "") print dev, "!", why }'
    done >"$work/kernel.offload"
  : >"$work/kernel.flows"
  ! concerns conntrack || read_flows >"$work/kernel.flows"
  : >"$work/kernel.wg"
  awk '$1 == "wg" && !seen[$3]++ { print $3 }' "$work/operations" | while read -r device; do
    wg_peers "$device" >>"$work/kernel.wg"
  done
}

# read_flows: what may be forgotten is never answered, and leads to an address that no pod has. `flow` with source and port,
# destination and port, and where it leads; `held` with an address that a pod has.
read_flows() {
  awk '$1 == "conntrack" && !seen[$7]++ { print $7 }' "$work/operations" | while read -r pod; do
    bounded conntrack -L -p udp -r "$pod" 2>"$work/said" || sed '1s/^/! /;1q' "$work/said"
    for file in "$root"/var/lib/cni/networks/*/"$pod"; do [ ! -e "$file" ] || echo "held $pod"; done
    listed ip -4 neigh show to "$pod" | awk '/ lladdr / && !/ FAILED$/ { print "held", $1 }'
  done | awk '
    function field(name, from, i) { for (i = from; i <= NF; i++) if (index($i, name "=") == 1) { at = i; return substr($i, length(name) + 2) } return "" }
    $1 == "udp" && /\[UNREPLIED\]/ {
      from = field("src", 1); to = field("dst", at); sport = field("sport", at); dport = field("dport", at)
      print "flow", from ":" sport, to ":" dport, field("src", at)
    }
    $1 == "held" || $1 == "!"
  '
}

# sysctl, ethtool, conntrack and wg have no batch mode: their lines are run one by one. `under` are the links that others lie on:
# a VXLAN device may be as large as the one below it allows.
tables='sysctl under vxlan link offload addr wg neigh fdb route conntrack'

# compile: compares the operations with the kernel. Operations still to be done go to $work/pending, and their commands to
# $work/batch.<table>, with the operation of each command in a .lines file beside it. Operations that cannot be done go to
# $work/hopeless, with the reason.
compile() {
  for table in $tables; do
    : >"$work/batch.$table"
    : >"$work/batch.$table.lines"
  done
  awk "$awk_canonical"'
    function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
    function has(name, i) { for (i = 1; i <= NF; i++) if ($i == name) return 1; return 0 }
    function put(table, command) { print command > (work "/batch." table); print $0 > (work "/batch." table ".lines"); pending[$0] = 1 }
    function never(why) { print $0 "\t" why > (work "/hopeless"); pending[$0] = 1 }
    function comma_list(first, i, text) { text = $first; for (i = first + 1; i <= NF; i++) text = text "," $i; return text }
    function table_of(dev) { return (dev in vxlan) ? "link" : "under" }
    # true when the peer has exactly the networks of the line (from word `first` on), in any order
    function same_networks(peer, first, i, n, one, seen) {
      for (i = first; i <= NF; i++) {
        one = masked($i)
        if (!((peer " " one) in allowed)) return 0
        if (!(one in seen)) n++
        seen[one] = 1
      }
      return n == networks[peer]
    }
    FILENAME ~ /kernel.unread$/ { noTable[$0] = 1; next }
    FILENAME ~ /kernel.link$/ {
      name = $2; sub(/[@:].*/, "", name)
      gsub(/\\/, " ")
      there[name] = 1
      mtu[name] = field("mtu")
      if ($3 ~ /[<,]UP[,>]/) up[name] = 1
      if (has("bridge")) bridge[name] = 1
      if (has("vxlan") && field("id") != "") {
        vxlan[name] = field("id") " " field("dstport") " " address(field("local")) " " field("dev") " " field("link/ether") " " has("nolearning")
      } else if (has("wireguard") || / tun type tun /) tunnel[name] = 1
      next
    }
    FILENAME ~ /kernel.addr$/ { assigned[$2 " " network($4)] = 1; if ($3 == "inet") addresses[$2]++; next }
    FILENAME ~ /kernel.neigh$/ {
      at = address($1) " " field("dev")
      if ($NF == "PERMANENT") pinned[at] = field("lladdr")
      next
    }
    FILENAME ~ /kernel.fdb$/ {
      if (leads_to() == "") next
      at = $1 " " field("dev")
      destination[at] = address(leads_to())
      if (!has("permanent")) fading[at] = 1
      next
    }
    FILENAME ~ /kernel.route$/ {
      at = network($1) " " field("dev")
      routed[at] = 1
      if ($1 == "default") wayOut[field("dev")] = 1
      # `ip route replace` makes routes of metric 0 (IPv6: 1024); a route of another metric is not ours
      if (has("metric") && field("metric") != 1024) next
      if (has("onlink")) { onlink[network($1)] = address(field("via")) " " field("dev"); limit[network($1)] = field("mtu") }
      else if (!has("via")) direct[network($1)] = field("dev") " " field("mtu")
      next
    }
    # One that is young is what the path says now.
    FILENAME ~ /kernel.learned$/ {
      if ($1 == "lifetime") lifetime = $2 == "" ? 600 : $2
      else if (has("expires") && field("expires") + 0 <= lifetime - 60) remembered[$1] = 1
      next
    }
    FILENAME ~ /kernel.sysctl$/ { switched[$1] = $3; next }
    FILENAME ~ /kernel.offload$/ {
      dev = $1; offload[dev] = $2; fixed[dev] = $3
      if (sub(/^[^ ]+ ! /, "")) untold[dev] = $0
      next
    }
    FILENAME ~ /kernel.flows$/ {
      if ($1 == "held") held[$2] = 1
      else if ($1 == "flow") flow[$2 " " $3 " at " $4] = 1
      else if (sub(/^! /, "")) noFlows = $0
      next
    }
    FILENAME ~ /kernel.wg$/ {
      split($0, said, "\t")
      if (said[2] == "!") { unread[said[1]] = said[3]; next }
      if (said[2] == "=") { listening[said[1]] = said[3]; next }
      at = said[1] " " said[2]
      at_endpoint[at] = endpoint(said[3])
      keepalive[at] = said[5] == "off" ? 0 : said[5]
      networks[at] = said[4] == "(none)" ? 0 : split(said[4], list, ",")
      for (n = 1; n <= networks[at]; n++) allowed[at " " masked(list[n])] = 1
      next
    }
    # round 1: operations that replace a whole device; every entry on it is lost
    round == 1 && $1 == "vxlan" {
      wanted = $5 " " $7 " " address($9) " " $11 " " $13 " 1"
      same = ($3 in vxlan) && vxlan[$3] == wanted
      if (same && mtu[$3] == $15) next
      if (!($11 in there)) { never($11 " is not there"); next }
      if (same) { put("vxlan", "link set dev " $3 " mtu " $15); mtu[$3] = $15; next }
      if (($3 in there) && !($3 in vxlan)) { never($3 " is there and is no VXLAN device"); next }
      if ($3 in there) put("vxlan", "link del dev " $3)
      put("vxlan", "link add " $3 " address " $13 " mtu " $15 " type vxlan id " $5 " dstport " $7 " local " $9 " dev " $11 " nolearning")
      new[$3] = 1
      vxlan[$3] = wanted
      mtu[$3] = $15
      next
    }
    round == 1 || $1 == "vxlan" { next }
    $1 == "sysctl" { if (switched[$2] != $3) put("sysctl", "sysctl -q -w " $2 "=" $3); next }
    $1 == "link" && $2 == "up" { if (!($3 in up) || ($3 in new)) put(table_of($3), "link set dev " $3 " up"); next }
    $1 == "link" {
      if (mtu[$3] == $4) next
      if (($3 in there) && !($3 in vxlan) && !($3 in tunnel)) { never($3 " is no VXLAN or WireGuard device of this node"); next }
      put(table_of($3), "link set dev " $3 " mtu " $4)
      next
    }
    $1 == "offload" {
      if (!($2 in vxlan)) never($2 " is no VXLAN device of this node")
      else if ($2 in untold) never(untold[$2])
      else if (fixed[$2] != "") never($3 " of " $2 " cannot be changed")
      else if (offload[$2] != "off") put("offload", "ethtool -K " $2 " " $3 " off")
      next
    }
    $1 == "conntrack" {
      if (noFlows != "") never(noFlows)
      else if ($7 in held) never("a pod has " $7)
      else if (($4 " " $5 " at " $7) in flow) {
        split($4 ":" $5, end, ":")
        put("conntrack", "conntrack -D -p udp -s " end[1] " --sport " end[2] " -d " end[3] " --dport " end[4] " -r " $7)
      }
      next
    }
    $1 == "addr" && $2 == "del" {
      if ("addresses" in noTable) { never("the addresses cannot be read"); next }
      if (!(($5 " " network($3)) in assigned)) next
      if (!($5 in vxlan) && !($5 in bridge)) never($5 " is no VXLAN device or bridge of this node")
      else if ($5 in wayOut) never("the default route leaves through " $5)
      else if (addresses[$5] < 2) never("it is the only address of " $5)
      else put("addr", "addr del " $3 " dev " $5)
      next
    }
    $1 == "addr" { addresses[$5]++; if (!(($5 " " network($3)) in assigned) || ($5 in new)) put("addr", "addr replace " $3 " dev " $5); next }
    $1 == "wg" {
      at = $3 " " $5
      if ($3 in unread) never(unread[$3])
      else if ($2 == "listen-port") { if (listening[$3] != $4) put("wg", "wg set " $3 " listen-port " $4) }
      else if ($2 == "del") { if (at in networks) put("wg", "wg set " $3 " peer " $5 " remove") }
      else if ($2 == "add") {
        homeless = !(at in networks) || at_endpoint[at] == "(none)"
        if (!homeless && keepalive[at] == $9 && same_networks(at, 11)) next
        put("wg", "wg set " $3 " peer " $5 (homeless ? " endpoint " $7 : "") " persistent-keepalive " $9 " allowed-ips " comma_list(11))
      }
      else if (!(at in networks)) never("the device has no such peer")
      else if ($2 == "keepalive") { if (keepalive[at] != $6) put("wg", "wg set " $3 " peer " $5 " persistent-keepalive " $6) }
      else if ($2 == "endpoint") { if (at_endpoint[at] != endpoint($6)) put("wg", "wg set " $3 " peer " $5 " endpoint " $6) }
      else if (!same_networks(at, 6)) put("wg", "wg set " $3 " peer " $5 " allowed-ips " comma_list(6))
      next
    }
    $1 == "neigh" {
      if (pinned[address($3) " " $7] != $5 || ($7 in new)) put("neigh", "neigh replace " $3 " lladdr " $5 " dev " $7 " nud permanent")
      next
    }
    $1 == "fdb" {
      # A unicast MAC has one destination: the kernel appends only to multicast ones, and `replace` changes it in place.
      if (destination[$3 " " $7] == address($5) && !(($3 " " $7) in fading) && !($7 in new)) next
      put("fdb", "fdb replace " $3 " dev " $7 " dst " $5 " self permanent")
      next
    }
    $1 == "route" && $2 == "replace" {
      if (onlink[network($3)] == address($5) " " $7 && !($7 in new) && (NF == 8 || limit[network($3)] == $10)) next
      put("route", "route replace " $3 " via " $5 " dev " $7 " onlink" (NF == 10 ? " mtu " $10 : ""))
      next
    }
    $1 == "route" && $2 == "set" {
      if (direct[network($3)] != $5 " " $7 || ($5 in new)) put("route", "route replace " $3 " dev " $5 (NF == 7 ? " mtu " $7 : ""))
      next
    }
    $1 == "route" && $2 == "flush" { if ($4 in remembered) put("route", "route flush cache"); next }
    $1 == "route" && (("routes" ($3 ~ /:/ ? " of IPv6" : "")) in noTable) { never("the routes cannot be read"); next }
    $1 == "route" { if (((network($3) " " $5) in routed) && !($5 in new)) put("route", "route del " $3 " dev " $5); next }
    END { for (line in pending) print line > (work "/pending") }
  ' work="$work" "$work/kernel.unread" "$work/kernel.link" "$work/kernel.addr" "$work/kernel.neigh" "$work/kernel.fdb" "$work/kernel.route" \
    "$work/kernel.learned" "$work/kernel.sysctl" "$work/kernel.offload" "$work/kernel.flows" "$work/kernel.wg" round=1 "$work/operations" round=2 "$work/operations"
}

# find_pending: compares with the kernel; false when that is not possible. $work/pending exists even when it is empty.
find_pending() {
  uncompared=''
  read_kernel
  : >"$work/pending"
  : >"$work/hopeless"
  compile || uncompared='the lines cannot be compared with the kernel'
  has_room || uncompared=$no_room
  [ -z "$uncompared" ]
}

# need_pending: the same before anything was done
need_pending() {
  find_pending || answer refused "$uncompared"
}

# run_batches: links, addresses, neighbours, forwarding entries, and routes last, as flannel does, so that the kernel never
# has to resolve an address. Every line is tried; the errors go to $work/errors.
run_batches() {
  cp "$work/hopeless" "$work/errors"
  for table in $tables; do
    [ -s "$work/batch.$table" ] || continue
    case $table in
    sysctl | offload | wg | conntrack) run_lines ;;
    fdb) run_batch bridge ;;
    *) run_batch ip ;;
    esac
  done
}

# run_batch PROGRAM: runs $work/batch.$table in one call
run_batch() {
  bound=20 bounded "$1" -force -batch "$work/batch.$table" >/dev/null 2>"$work/said"
  status=$?
  # iproute2 ends a batch, even with -force, at the first neighbour that the kernel refuses.
  if [ "$status" -eq 2 ] && [ "$table" = neigh ]; then
    run_lines "$1"
    return
  fi
  # iproute2 prints the error, then "Command failed FILE:LINE". One that takes no batches says so, and no number.
  awk -v status="$status" '
    FILENAME ~ /said$/ { if (/^Command failed/ && match($0, /:[0-9]+$/)) { error[substr($0, RSTART + 1)] = words; words = ""; told = 1 } else words = $0; next }
    FNR in error { print $0 "\t" error[FNR]; next }
    status > 0 && !told && words != "" { print $0 "\t" words }
  ' "$work/said" "$work/batch.$table.lines" >>"$work/errors"
}

# run_lines [PROGRAM]: runs $work/batch.$table, one call per line; stops after a call that timed out (124, 137,
# busybox: 143)
run_lines() {
  set -f
  exec 3<"$work/batch.$table.lines"
  while read -r command; do
    read -r line <&3
    program=${1:-${command%% *}}
    # shellcheck disable=SC2086 # words of our own making
    case $line in
    wg\ add\ *) add_peer $command ;;
    wg\ listen-port\ * | wg\ endpoint\ *) bounded $command </dev/null && call_peers "$command" ;;
    *) bounded ${1:-} $command </dev/null ;;
    esac >"$work/said" 2>&1
    status=$?
    case $status in
    0) continue ;;
    124 | 137 | 143) echo "$program did not answer in time" >"$work/said" ;;
    127) echo "$program is not installed on this node" >"$work/said" ;;
    esac
    printf '%s\t%s\n' "$line" "$(head -n 1 "$work/said" | tr '\t' ' ')" >>"$work/errors"
    case $status in 124 | 137 | 143) break ;; esac
  done <"$work/batch.$table"
  exec 3<&-
  set +f
}

# call_peers 'wg set DEVICE …': sends a keepalive at once to every peer that has keepalive on, by switching it off and on:
# WireGuard sends one when it is switched on
call_peers() {
  called=${1#wg set }
  called=${called%% *}
  bounded wg show "$called" persistent-keepalive >"$work/called" || return 0
  while read -r key seconds; do
    [ "$seconds" != off ] || continue
    bounded wg set "$called" peer "$key" persistent-keepalive 0 </dev/null
    bounded wg set "$called" peer "$key" persistent-keepalive "$seconds" </dev/null
  done <"$work/called"
}

# add_peer wg set DEVICE …: flanneld gives all peers of its device the same preshared key, or none, so a new peer gets it too.
# wg reads it from standard input, so that it is never in a process's arguments.
add_peer() {
  preshared=$(bounded wg show "$3" preshared-keys 2>/dev/null |
    awk '!seen[$2]++ { n++; key = $2 } END { if (n == 1 && key != "(none)") print key }')
  if [ -z "$preshared" ]; then
    bounded "$@" </dev/null
  else
    printf '%s\n' "$preshared" | bounded "$@" preshared-key /dev/stdin
  fi
}

# settle_lines: looks again; what is still not true has failed, whatever the tools said. $work/asked are the lines that
# were not true before anything was done.
settle_lines() {
  find_pending || return
  awk -F '\t' -v work="$work" '
    FILENAME ~ /errors$/ { if ($2 != "") error[$1] = $2; next }
    FILENAME ~ /pending$/ { left[$0] = 1; next }
    FILENAME ~ /asked$/ { asked[$0] = 1; next }
    seen[$0]++ { next }
    $0 in left { print $0 "\t" ($0 in error ? error[$0] : "is not so afterwards") > (work "/failed"); next }
    $0 in asked { print > (work "/changed"); next }
    { same++ }
    END { print same + 0 > (work "/unchanged") }
  ' "$work/errors" "$work/pending" "$work/asked" "$work/operations"
  unchanged=$(cat "$work/unchanged")
}

# split_lines: without doing anything, puts pending lines into $work/changed and counts the others in `unchanged`
split_lines() {
  awk 'FILENAME ~ /pending$/ { left[$0] = 1; next } $0 in left && !seen[$0]++' "$work/pending" "$work/operations" >"$work/changed"
  unchanged=$(awk 'FILENAME ~ /pending$/ { left[$0] = 1; next } !($0 in left) && !seen[$0]++ { n++ } END { print n + 0 }' "$work/pending" "$work/operations")
}

# has_failed: true when a line failed, or when nobody could look whether one did
has_failed() {
  [ -n "$uncompared" ] || [ -s "$work/failed" ]
}

# first_failure: the reason of a failed report
first_failure() {
  [ -z "$uncompared" ] || { printf 'what became of the lines is not known: %s' "$uncompared" && return; }
  printf '%s lines failed: %s' "$(wc -l <"$work/failed" | tr -d ' ')" "$(head -n 1 "$work/failed" | tr '\t' ':')"
}

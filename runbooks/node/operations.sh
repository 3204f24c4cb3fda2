# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# The grammar of repairs: the same as core/repair/operation.ts, parsed again here. Prepended to `apply` and `bounce`.

# One spelling for addresses and networks, as the kernel and a plan may differ: IPv6 in full, no /32, `default` as /0.
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
'

# parse_operations: $SSM_operations (lines joined by commas) → $work/operations, or nothing at all is done
parse_operations() {
  case $SSM_operations in *[!a-z0-9\ .:/_,-]*) answer refused 'operations hold a character outside the grammar' ;; esac
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
    # a device of our own kind: neither the zero address nor a multicast one, which stand for "everybody"
    function mac(s) {
      if (s !~ /^[0-9a-f][02468ace]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]$/) return 0
      return s != "00:00:00:00:00:00"
    }
    function dev(s) { return s ~ /^[a-z][a-z0-9._-]*$/ && length(s) <= 15 }
    function cidr(s, part) {
      if (split(s, part, "/") != 2 || part[2] !~ /^(0|[1-9][0-9]?[0-9]?)$/) return 0
      return (ip4(part[1]) && part[2] + 0 <= 32) || (ip6(part[1]) && part[2] + 0 <= 128)
    }
    # no pod network is a default route
    function pods(s) { return cidr(s) && s !~ /\/0$/ }
    function ours() {
      if ($0 ~ /  |^ | $/) return 0
      if ($1 == "neigh" && $2 == "replace") return NF == 7 && ip($3) && $4 == "lladdr" && mac($5) && $6 == "dev" && dev($7)
      if ($1 == "neigh" && $2 == "del") return NF == 5 && ip($3) && $4 == "dev" && dev($5)
      if ($1 == "fdb" && ($2 == "replace" || $2 == "del")) return NF == 7 && mac($3) && $4 == "dst" && ip($5) && $6 == "dev" && dev($7)
      if ($1 == "route" && $2 == "replace") return NF == 8 && pods($3) && $4 == "via" && ip($5) && $6 == "dev" && dev($7) && $8 == "onlink"
      if ($1 == "route" && $2 == "del") return NF == 5 && pods($3) && $4 == "dev" && dev($5)
      if ($1 == "link" && $2 == "up") return NF == 3 && dev($3)
      if ($1 == "addr" && $2 == "replace") return NF == 5 && cidr($3) && $4 == "dev" && dev($5)
      return 0
    }
    !ours() { print > foreign; exit 1 }
    { print }
  ' foreign="$work/foreign" "$work/lines" >"$work/operations" ||
    answer refused "line outside the grammar: $(head -n 1 "$work/foreign")"
}

# read_kernel: what is there now, one file per table. A table that cannot be read is empty: then its lines are not true.
read_kernel() {
  bounded ip -o link show >"$work/kernel.link" 2>/dev/null
  bounded ip -o addr show >"$work/kernel.addr" 2>/dev/null
  { bounded ip -4 neigh show; bounded ip -6 neigh show; } >"$work/kernel.neigh" 2>/dev/null
  bounded bridge fdb show >"$work/kernel.fdb" 2>/dev/null
  { bounded ip -4 route show table main; bounded ip -6 route show table main; } >"$work/kernel.route" 2>/dev/null
}

# compile: compares the operations with the kernel. What is not true yet becomes $work/pending (operation lines) and
# $work/batch.{link,addr,neigh,fdb,route}, each with the operation of every batch line in a .lines file beside it.
compile() {
  for table in link addr neigh fdb route; do
    : >"$work/batch.$table"
    : >"$work/batch.$table.lines"
  done
  awk "$awk_canonical"'
    function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
    function has(name, i) { for (i = 1; i <= NF; i++) if ($i == name) return 1; return 0 }
    function put(table, command) { print command > (work "/batch." table); print $0 > (work "/batch." table ".lines"); pending[$0] = 1 }
    FILENAME ~ /kernel.link$/ { name = $2; sub(/[@:].*/, "", name); if ($3 ~ /[<,]UP[,>]/) up[name] = 1; next }
    FILENAME ~ /kernel.addr$/ { assigned[$2 " " network($4)] = 1; next }
    FILENAME ~ /kernel.neigh$/ {
      key = address($1) " " field("dev")
      if (field("lladdr") != "") known[key] = 1
      if ($NF == "PERMANENT") pinned[key] = field("lladdr")
      next
    }
    FILENAME ~ /kernel.fdb$/ {
      if (!has("dst")) next
      key = $1 " " field("dev")
      destination[key] = address(field("dst"))
      if (!has("permanent")) fading[key] = 1
      next
    }
    FILENAME ~ /kernel.route$/ {
      key = network($1) " " field("dev")
      routed[key] = 1
      # a route of another metric than the one that `ip route replace` gives (0, IPv6 1024) is not ours
      if (has("onlink") && (!has("metric") || field("metric") == 1024)) onlink[network($1)] = address(field("via")) " " field("dev")
      next
    }
    { lines++ }
    $1 == "link" { if (!($3 in up)) put("link", "link set dev " $3 " up"); next }
    $1 == "addr" { if (!(($5 " " network($3)) in assigned)) put("addr", "addr replace " $3 " dev " $5); next }
    $1 == "neigh" && $2 == "replace" {
      if (pinned[address($3) " " $7] != $5) put("neigh", "neigh replace " $3 " lladdr " $5 " dev " $7 " nud permanent")
      next
    }
    $1 == "neigh" { if ((address($3) " " $5) in known) put("neigh", "neigh del " $3 " dev " $5); next }
    $1 == "fdb" && $2 == "replace" {
      # A unicast MAC has one destination: the kernel appends only to multicast ones, and `replace` changes it in place.
      if (destination[$3 " " $7] == address($5) && !(($3 " " $7) in fading)) next
      put("fdb", "fdb replace " $3 " dev " $7 " dst " $5 " self permanent")
      next
    }
    $1 == "fdb" { if (destination[$3 " " $7] == address($5)) put("fdb", "fdb del " $3 " dev " $7 " dst " $5 " self"); next }
    $1 == "route" && $2 == "replace" {
      if (onlink[network($3)] != address($5) " " $7) put("route", "route replace " $3 " via " $5 " dev " $7 " onlink")
      next
    }
    $1 == "route" { if ((network($3) " " $5) in routed) put("route", "route del " $3 " dev " $5); next }
    END { for (line in pending) print line > (work "/pending") }
  ' work="$work" "$work/kernel.link" "$work/kernel.addr" "$work/kernel.neigh" "$work/kernel.fdb" "$work/kernel.route" "$work/operations"
}

# find_pending: compares; $work/pending is there even when everything is true
find_pending() {
  read_kernel
  : >"$work/pending"
  compile
}

# run_batches: link, addresses, neighbours, forwarding entries, routes last, as flannel does, so that the kernel never
# has to ask for an address. Every line is tried; what a line's error was goes to $work/errors.
run_batches() {
  : >"$work/errors"
  for table in link addr neigh fdb route; do
    [ -s "$work/batch.$table" ] || continue
    program=ip
    [ "$table" != fdb ] || program=bridge
    bound=20 bounded "$program" -force -batch "$work/batch.$table" >/dev/null 2>"$work/said"
    # iproute2 says what went wrong, then "Command failed FILE:LINE"
    awk '
      FILENAME ~ /said$/ { if (/^Command failed/ && match($0, /:[0-9]+$/)) { error[substr($0, RSTART + 1)] = words; words = "" } else words = $0; next }
      FNR in error { print $0 "\t" error[FNR] }
    ' "$work/said" "$work/batch.$table.lines" >>"$work/errors"
  done
}

# settle_lines: looks again; what is still not true has failed, whatever the tools said. $work/asked are the lines that
# were not true before anything was done.
settle_lines() {
  find_pending
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

# first_failure: the reason of a failed report
first_failure() {
  printf '%s lines failed: %s' "$(wc -l <"$work/failed" | tr -d ' ')" "$(head -n 1 "$work/failed" | tr '\t' ':')"
}

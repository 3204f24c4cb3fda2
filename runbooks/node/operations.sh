# The grammar of repairs: the same as core/repair/operation.ts, parsed again here. Prepended to `apply` and `bounce`.

# parse_operations: $SSM_operations (lines joined by commas) → $work/operations, or nothing at all is done
parse_operations() {
  printf '%s' "$SSM_operations" | tr ',' '\n' >"$work/lines"
  awk '
    function octets(s, part, n, i) {
      n = split(s, part, ".")
      for (i = 1; i <= n; i++) if (part[i] !~ /^[0-9][0-9]?[0-9]?$/ || part[i] + 0 > 255) return 0
      return n == 4
    }
    function ip(s) { return octets(s) || (length(s) <= 39 && s ~ /^[0-9a-f:]+$/ && s ~ /:.*:/) }
    function mac(s) { return s ~ /^[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]$/ }
    function dev(s) { return s ~ /^[a-z][a-z0-9._-]*$/ && length(s) <= 15 }
    function cidr(s, part, n) {
      n = split(s, part, "/")
      return n == 2 && ip(part[1]) && part[2] ~ /^[0-9][0-9]?[0-9]?$/ && part[2] + 0 <= 128
    }
    function ours() {
      if ($0 ~ /[^a-z0-9.:\/ _-]/) return 0
      if ($1 == "neigh" && $2 == "replace") return NF == 7 && ip($3) && $4 == "lladdr" && mac($5) && $6 == "dev" && dev($7)
      if ($1 == "neigh" && $2 == "del") return NF == 5 && ip($3) && $4 == "dev" && dev($5)
      if ($1 == "fdb" && ($2 == "replace" || $2 == "del")) return NF == 7 && mac($3) && $4 == "dst" && ip($5) && $6 == "dev" && dev($7)
      if ($1 == "route" && $2 == "replace") return NF == 8 && cidr($3) && $4 == "via" && ip($5) && $6 == "dev" && dev($7) && $8 == "onlink"
      if ($1 == "route" && $2 == "del") return NF == 5 && cidr($3) && $4 == "dev" && dev($5)
      if ($1 == "link" && $2 == "up") return NF == 3 && dev($3)
      if ($1 == "addr" && $2 == "replace") return NF == 5 && cidr($3) && $4 == "dev" && dev($5)
      return 0
    }
    !ours() { print > "/dev/stderr"; exit 1 }
    { $1 = $1; print }
  ' "$work/lines" >"$work/operations" 2>"$work/foreign" || refuse "line outside the grammar: $(head -n 1 "$work/foreign")"
}

# read_kernel: what is there now, one file per table
read_kernel() {
  bounded ip -o link show >"$work/kernel.link" 2>/dev/null
  bounded ip -o addr show >"$work/kernel.addr" 2>/dev/null
  { bounded ip -4 neigh show; bounded ip -6 neigh show; } >"$work/kernel.neigh" 2>/dev/null
  bounded bridge fdb show >"$work/kernel.fdb" 2>/dev/null
  bounded ip -4 route show table main >"$work/kernel.route" 2>/dev/null
}

# compile_batches: lines that are true already are counted, the others become batch lines with the line they stand for:
# $work/batch.{link,addr,neigh,fdb,route} and beside each a .lines file
compile_batches() {
  for table in link addr neigh fdb route; do
    : >"$work/batch.$table"
    : >"$work/batch.$table.lines"
  done
  awk -v work="$work" '
    function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
    function has(name, i) { for (i = 1; i <= NF; i++) if ($i == name) return 1; return 0 }
    function put(table, command, line) { print command > (work "/batch." table); print line > (work "/batch." table ".lines") }
    FILENAME ~ /kernel.link$/ { name = $2; sub(/[@:].*/, "", name); if ($3 ~ /[<,]UP[,>]/) up[name] = 1; next }
    FILENAME ~ /kernel.addr$/ { address[$2 " " $4] = 1; next }
    FILENAME ~ /kernel.neigh$/ { if ($NF == "PERMANENT") neigh[$1 " " field("dev")] = field("lladdr"); known[$1 " " field("dev")] = 1; next }
    FILENAME ~ /kernel.fdb$/ { if (has("dst")) { key = $1 " " field("dev"); dsts[key] = dsts[key] " " field("dst") } next }
    FILENAME ~ /kernel.route$/ { routed[$1 " " field("dev")] = 1; if (has("onlink")) route[$1] = field("via") " " field("dev"); next }
    $1 == "link" { if ($3 in up) same++; else put("link", "link set " $3 " up", $0); next }
    $1 == "addr" { if (($5 " " $3) in address) same++; else put("addr", "addr replace " $3 " dev " $5, $0); next }
    $1 == "neigh" && $2 == "replace" { if (neigh[$3 " " $7] == $5) same++; else put("neigh", "neigh replace " $3 " lladdr " $5 " dev " $7 " nud permanent", $0); next }
    $1 == "neigh" { if (!(($3 " " $5) in known)) same++; else put("neigh", "neigh del " $3 " dev " $5, $0); next }
    $1 == "fdb" && $2 == "replace" {
      if (dsts[$3 " " $7] == " " $5) { same++; next }
      n = split(dsts[$3 " " $7], wrong, " ")
      for (i = 1; i <= n; i++) if (wrong[i] != $5) put("fdb", "fdb del " $3 " dev " $7 " dst " wrong[i] " self", $0)
      put("fdb", "fdb replace " $3 " dev " $7 " dst " $5 " self permanent", $0)
      next
    }
    $1 == "fdb" { if (index(dsts[$3 " " $7] " ", " " $5 " ") == 0) same++; else put("fdb", "fdb del " $3 " dev " $7 " dst " $5 " self", $0); next }
    $1 == "route" && $2 == "replace" { if (route[$3] == $5 " " $7) same++; else put("route", "route replace " $3 " via " $5 " dev " $7 " onlink", $0); next }
    $1 == "route" { if (!(($3 " " $5) in routed)) same++; else put("route", "route del " $3 " dev " $5, $0); next }
    END { print same + 0 > (work "/unchanged") }
  ' "$work/kernel.link" "$work/kernel.addr" "$work/kernel.neigh" "$work/kernel.fdb" "$work/kernel.route" "$work/operations"
  unchanged=$(cat "$work/unchanged")
}

# run_batches: link, addresses, neighbours, forwarding entries, routes last, as flannel does, so that the kernel never
# has to ask for an address. Every line is tried; what failed is told by line.
run_batches() {
  for table in link addr neigh fdb route; do
    [ -s "$work/batch.$table" ] || continue
    program=ip
    [ "$table" != fdb ] || program=bridge
    bound=60 bounded "$program" -force -batch "$work/batch.$table" >/dev/null 2>"$work/errors"
    # iproute2 says what went wrong, then "Command failed FILE:LINE"
    awk -v changed="$work/changed" -v failed="$work/failed" '
      FILENAME ~ /errors$/ { if (match($0, /:[0-9]+$/) && /^Command failed/) { error[substr($0, RSTART + 1)] = said; said = "failed" } else said = $0; next }
      { if (FNR in error) { if (!($0 in told)) print $0 "\t" error[FNR] >> failed; told[$0] = 1 } else if (!($0 in seen)) done[++n] = $0; seen[$0] = 1 }
      END { for (i = 1; i <= n; i++) if (!(done[i] in told)) print done[i] >> changed }
    ' "$work/errors" "$work/batch.$table.lines"
  done
}

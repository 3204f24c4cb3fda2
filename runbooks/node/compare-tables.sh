# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# A host of a large fleet cannot print its tables. It is told checksums of what they should hold, one for each bucket of rows, and prints
# the buckets that differ. An address is in the bucket that is left when its number is divided by how many there are.

# What both sides make checksums of, for each kind of row as iproute2 prints it; empty: a row that flanneld does not make, which is
# always printed. Whoever includes this sets `buckets` and `flannelDevice`.
# shellcheck disable=SC2016 # awk's own
awk_rows='
  function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
  function has(name, i) { for (i = 1; i <= NF; i++) if ($i == name) return 1; return 0 }
  # iproute2 4.17 and 4.18 leave out the word `dst`
  function leads_to(i) {
    for (i = 2; i <= NF; i++) {
      if ($i == "dst") return $(i + 1)
      if ($i ~ /^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$/ || $i ~ /^[0-9a-f]*:[0-9a-f:]*$/) return $i
    }
    return ""
  }
  function neighbour_line() { return $NF == "PERMANENT" && field("lladdr") != "" ? $1 " " field("lladdr") : "" }
  function forwarding_line() { return leads_to() == "" ? "" : $1 " " leads_to() }
  function route_line() { return is_own_route() ? $1 " " field("via") : "" }
  function is_own_route() {
    return field("dev") == flannelDevice && has("onlink") && field("via") != "" && index($1, field("via") "/") == 1 && !has("mtu") \
      && field("proto") ~ /^(boot)?$/ && field("scope") ~ /^(global)?$/ && field("src") field("metric") == ""
  }
  # bucket TABLE ADDRESS: empty for what is no IPv4 address
  function bucket(table, address, part) {
    if (split(address, part, ".") != 4) return ""
    return table "." (((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4]) % buckets
  }
'

# compare_tables: writes the checksums of the rows that are here to $work/sums, as `cksum` prints them
compare_tables() {
  : >"$work/sums"
  [ -n "$SSM_digests" ] || return 0
  first=${SSM_digests%%/*}
  # shellcheck disable=SC2016 # awk's own
  awk -v first="$first" -v flannelDevice="$SSM_flannelDevice" "$awk_rows"'
    BEGIN { buckets = split(first, sums, ",") }
    FILENAME ~ /neighbours$/ { line = neighbour_line(); key = bucket("neighbours", $1) }
    FILENAME ~ /fdb$/ { line = forwarding_line(); key = bucket("fdb", leads_to()) }
    FILENAME ~ /routes$/ { line = route_line(); key = bucket("routes", field("via")) }
    line != "" && key != "" { print key " " line }
  ' "$work/neighbours" "$work/fdb" "$work/routes" | sort >"$work/rows"
  [ -s "$work/rows" ] || return 0
  # The files of a bucket come one after the other, so one is open at a time.
  awk -v into="$work/" '
    $1 != key { if (key != "") close(file); key = $1; file = into key ".rows" }
    { sub(/^[^ ]* /, ""); print > file }
  ' "$work/rows"
  cksum "$work"/*.rows >"$work/sums"
}

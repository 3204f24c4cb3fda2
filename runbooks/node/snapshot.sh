# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# The snapshot before a change, and the script that restores it. Prepended to `apply` and `bounce`.
# The rollback may run after this document has ended, so the snapshot's folder contains everything that it needs.

# take_snapshot FOLDER [DEVICE]: saves DEVICE and everything that $work/operations names. Fails when something could not be
# read; FOLDER/errors says what.
take_snapshot() {
  rm -rf "$1"
  mkdir -p "$1" || return 1
  : >"$1/errors"
  printf '%s\n' "$journal/$SSM_operationKey.json" >"$1/journal"
  printf '%s\n' "$awk_canonical" >"$1/canonical.awk"
  printf '%s\n' "$awk_peers" >"$1/peers.awk"
  write_describe "$1"
  write_restore "$1"
  name_subjects "$1" "${2:-}"
  keep_preshared_keys "$1" || return 1
  (cd "$1" && /bin/sh describe saved) || return 1
  awk -F '\t' 'FILENAME ~ /wireguard$/ { read[$1] = read[$1] || $2 == "="; next } { split($0, word, " ") } word[1] == "wg" && !read[word[3]] { exit 1 }' \
    "$1/saved/wireguard" "$work/operations" || return 1
  plan_undo "$1"
}

# name_subjects FOLDER [DEVICE]: devices (those below first), networks of routes, which sysctls are touched, whose offload is,
# which endpoints are set and which peers are made. $work/kernel.link is there: find_pending has run.
name_subjects() {
  awk "$awk_canonical"'
    function name_device(dev) { if (dev != "" && !seen[dev]++) print dev > (into "/" ((dev in overlay) ? "upper" : "lower")) }
    FILENAME ~ /kernel.link$/ { name = $2; sub(/[@:].*/, "", name); if (/[\\] +vxlan /) overlay[name] = 1; next }
    $1 == "vxlan" { overlay[$3] = 1; print $3 > (into "/made") }
    $1 == "wg" && !tunnel[$3]++ { print $3 > (into "/tunnels") }
    $1 == "vxlan" || $1 == "wg" || $1 == "link" { name_device($3); next }
    $1 == "sysctl" { print $2 > (into "/forward"); next }
    $1 == "offload" { print $2 > (into "/offloads"); next }
    $1 == "route" && $2 != "flush" { print network($3) > (into "/networks") }
    { for (i = 3; i < NF; i++) if ($i == "dev") name_device($(i + 1)) }
    END { name_device(first) }
  ' first="${2:-}" into="$1" "$work/kernel.link" "$work/operations"
  awk '$1 == "wg" && $2 ~ /^(endpoint|add)$/ { print $3 "\t" $5 "\t" ($2 == "add" ? $7 : $6) }' "$work/operations" >"$1/endpoints"
  awk '$1 == "wg" && $2 == "add" { print $3 "\t" $5 }' "$work/operations" >"$1/added"
  for part in lower upper made networks offloads tunnels; do
    [ -f "$1/$part" ] || : >"$1/$part"
  done
  cat "$1/lower" "$1/upper" >"$1/devices"
}

# keep_preshared_keys FOLDER: saves the preshared keys of peers that the operations remove, because they exist nowhere else.
# They stay on the node, readable by root only, who could read them from WireGuard as well.
keep_preshared_keys() {
  : >"$1/preshared"
  awk '$1 == "wg" && $2 == "del" { print $3, $5 }' "$work/operations" >"$work/removed"
  while read -r device key; do
    bounded wg show "$device" preshared-keys >"$work/keys" 2>>"$1/errors" || return 1
    awk -v device="$device" -v key="$key" '$1 == key && $2 != "(none)" { print device "\t" key "\t" $2 }' "$work/keys" >>"$1/preshared"
    rm -f "$work/keys"
  done <"$work/removed"
}

# entry(): the key by which the kernel identifies the entry of a line; empty outside the main table and the default metric.
# Works for lines of the grammar, of a snapshot, and of an undo plan.
# shellcheck disable=SC2016 # awk's own
awk_entry='
  function value(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
  function entry() {
    if (/ table / || (/ metric / && value("metric") != 1024)) return ""
    return $1 " " ($1 == "fdb" ? $3 : network($3)) " " value("dev")
  }
'

# plan_undo FOLDER: plans the removal of entries that only the operations add; it runs before old entries are restored
plan_undo() {
  awk "$awk_canonical$awk_entry"'
    FILENAME !~ /operations$/ { there[entry()] = 1; next }
    $1 !~ /^(addr|neigh|fdb|route)$/ || $2 ~ /^(del|flush)$/ || (entry() in there) { next }
    { print $1 " del " $3 " dev " value("dev") ($1 == "fdb" ? " dst " $5 " self" : "") }
  ' "$1/saved/address" "$1/saved/neigh" "$1/saved/fdb" "$1/saved/route" "$work/operations" >"$1/undo.lines"
  printf '%s\n' "$awk_entry" >"$1/entry.awk"
  cat >"$1/undo.awk" <<'UNDO'
{ at = entry() ($1 == "fdb" ? " " value("dst") : "") }
FILENAME !~ /^undo/ { there[at] = 1; next }
at in there { print }
UNDO
}

# write_describe FOLDER: `describe INTO` writes what is there now of the subjects that are named beside it, as the
# commands that bring it back: link, address, neigh, fdb, route, wireguard, forward
write_describe() {
  cat >"$1/describe" <<'DESCRIBE'
#!/bin/sh
rm -rf "$1"
mkdir -p "$1" || exit 1
# look FILE COMMAND…: writes its output to FILE, or ends with failure. A listing that was interrupted is repeated.
look() {
  file=$1
  shift
  for _ in 1 2 3 4 5; do
    timeout -k 1 5 "$@" >"$file" 2>look.error || break
    grep -q 'Dump was interrupted' look.error || return 0
  done
  cat look.error >>errors
  exit 1
}
for table in link address neigh fdb route wireguard unread forward offload; do
  : >"$1/$table"
done
look "$1/raw.link" ip -d -o link show
look "$1/raw.address" ip -o addr show
look "$1/raw.neigh" ip neigh show
look "$1/raw.fdb" bridge fdb show
look "$1/raw.route" ip -4 -o route show table all
timeout -k 1 5 ip -6 -o route show table all >>"$1/raw.route" 2>/dev/null
awk -v into="$1" -f canonical.awk -f describe.awk devices networks tunnels \
  "$1/raw.link" "$1/raw.address" "$1/raw.neigh" "$1/raw.fdb" "$1/raw.route" || exit 1
awk -F '\t' '$4 == "tunnel" { print $1 }' "$1/link" | while read -r device; do
  timeout -k 1 5 wg show "$device" dump 2>>"$1/unread.why" >"$1/dumped" || printf '%s\n' "$device" >>"$1/unread"
  awk -F '\t' -v device="$device" -f peers.awk "$1/dumped" >>"$1/wireguard"
  rm -f "$1/dumped"
done
while read -r device; do
  timeout -k 1 5 ethtool -k "$device" 2>>errors | awk -v dev="$device" '$1 == "tx-checksum-ip-generic:" { print "-K", dev, "tx-checksum-ip-generic", $2 }' >>"$1/offload"
done <offloads
# shellcheck disable=SC2046 # names without blanks
[ ! -f forward ] || look "$1/forward" sysctl $(cat forward)
# What a rollback will write, with room for its small files, is put aside: the disk may be full by then. That it can be is the proof
# that nothing above was cut off, for `ip` does not say so.
[ "$1" != saved ] || { cat saved/* saved/* && dd if=/dev/zero bs=4096 count=64; } >room 2>/dev/null || exit 1
rm -f "$1"/raw.*
DESCRIBE
  cat >"$1/describe.awk" <<'DESCRIBE_AWK'
function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
function has(name, i) { for (i = 1; i <= NF; i++) if ($i == name) return 1; return 0 }
# the attributes of a VXLAN device, as words that `ip link add` accepts
function attributes(i, words, open) {
  for (i = 4; i <= NF; i++) {
    if ($i == "vxlan") open = 1
    if ($i == "addrgenmode" || $i == "numtxqueues") return words
    if (!open) continue
    if ($i ~ /^(id|group|remote|local|dev|dstport|tos|ttl|df|flowlabel|ageing)$/) words = words " " $i " " $(i + 1)
    if ($i == "maxaddr") words = words " maxaddress " $(i + 1)
    if ($i == "srcport") words = words " srcport " $(i + 1) " " $(i + 2)
    if ($i ~ /^(no)?(learning|proxy|rsc|l2miss|l3miss|udpcsum|udp6zerocsumtx|udp6zerocsumrx|remcsumtx|remcsumrx|localbypass)$/) words = words " " $i
    if ($i ~ /^(gbp|gpe|external|vnifilter)$/) words = words " " $i
  }
  return words
}
function named_device(i) { for (i = 1; i < NF; i++) if ($i == "dev" && ($(i + 1) in named)) return 1; return 0 }
FILENAME ~ /devices$/ { named[$1] = 1; next }
FILENAME ~ /networks$/ { wanted[$1] = 1; next }
# iproute2 before 4.16 does not tell a tunnel of userspace from other devices
FILENAME ~ /tunnels$/ { tunnel[$1] = 1; next }
{ gsub(/\\/, " ") }
FILENAME ~ /raw.link$/ {
  name = $2; sub(/[@:].*/, "", name)
  if (!(name in named)) next
  is_vxlan = has("vxlan") && field("id") != ""
  print name "\t" ($3 ~ /[<,]UP[,>]/ ? "up" : "down") "\t" field("mtu") "\t" \
    (is_vxlan ? "vxlan" : has("wireguard") || / tun type tun / || (name in tunnel) ? "tunnel" : "other") "\t" \
    (field("addrgenmode") == "" ? "-" : field("addrgenmode")) "\t" \
    (is_vxlan ? "link add " name " address " field("link/ether") " type vxlan" attributes() : "-") > (into "/link")
  next
}
FILENAME ~ /raw.address$/ {
  if (!($2 in named) || $4 ~ /^fe80:/ || has("dynamic") || has("temporary") || has("dadfailed")) next
  line = "addr replace " $4 " dev " $2
  for (i = 5; i <= NF && $i != "valid_lft"; i++) {
    if ($i ~ /^(peer|metric|brd|scope)$/) line = line " " $i " " $(i + 1)
    if ($i ~ /^(nodad|noprefixroute|home|mngtmpaddr)$/) line = line " " $i
  }
  print line > (into "/address")
  next
}
FILENAME ~ /raw.neigh$/ {
  if (!named_device() || !has("lladdr") || /^fe80:|^ff/ || has("NOARP") || has("FAILED") || has("INCOMPLETE")) next
  print "neigh replace " $1 " lladdr " field("lladdr") " dev " field("dev") " nud " (has("PERMANENT") ? "permanent" : "stale") \
    (has("extern_learn") ? " extern_learn" : "") > (into "/neigh")
  next
}
FILENAME ~ /raw.fdb$/ {
  if (!named_device() || leads_to() == "") next
  # Only multicast addresses and the zero address have several destinations.
  line = "fdb " (/^.[13579bdf]/ || /^00:00:00:00:00:00/ ? "append " : "replace ") $1 " dev " field("dev") " dst " leads_to()
  for (i = 2; i < NF; i++) if ($i ~ /^(port|vni|src_vni|via)$/) line = line " " $i " " $(i + 1)
  print line " self " (has("permanent") ? "permanent" : has("static") ? "static" : "dynamic") (has("extern_learn") ? " extern_learn" : "") > (into "/fdb")
  next
}
FILENAME ~ /raw.route$/ {
  if ($1 ~ /^(local|broadcast|multicast|anycast)$/ || /^fe80:|^ff| table local | expires /) next
  typed = $1 ~ /^(unreachable|blackhole|prohibit|throw)$/
  # a network that the operations name is saved from every device
  moved = (network(typed ? $2 : $1) in wanted) && !/ table /
  if (!moved && (typed || / proto kernel / || !named_device())) next
  gsub(/ (linkdown|dead|offload|trap|rt_offload|rt_trap)/, "")
  gsub(/ (error|nhid) -?[0-9]+/, "")
  gsub(/[ \t]+/, " "); sub(/ $/, "")
  print "route replace " $0 > (into "/route")
}
DESCRIBE_AWK
}

# write_restore FOLDER: writes the script `restore`, which restores the snapshot once and changes only what differs from it.
# `restore after SECONDS` is the timer.
write_restore() {
  cat >"$1/restore" <<'RESTORE'
#!/bin/sh
LC_ALL=C
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"
export LC_ALL PATH
umask 077
set -f
cd "$(dirname "$0")" || exit 1
if [ "${1:-}" = after ]; then
  awk -v pid="$$" '{ sub(/.*\) /, ""); print pid "." $20 }' "/proc/$$/stat" >timer.new 2>/dev/null
  mv timer.new timer
  sleep "$2"
fi
ln -s rolled-back decision 2>/dev/null || [ "${1:-}" = again ] || exit 0
rm -f room
tab=$(printf '\t')

run() {
  timeout -k 1 5 "$@" >/dev/null 2>>errors
}

# batch PROGRAM FILE: runs the lines of FILE. iproute2 ends a batch, even with -force, at the first refused neighbour
batch() {
  [ -s "$2" ] || return 0
  timeout -k 1 20 "$1" -force -batch "$2" >/dev/null 2>said
  if [ $? -eq 2 ]; then
    while read -r line; do
      # shellcheck disable=SC2086 # words of our own making
      run "$1" $line
    done <"$2"
  else
    cat said >>errors
  fi
}

# undo: removes entries that only the operations added and that still exist
undo() {
  awk -f canonical.awk -f entry.awk -f undo.awk now/address now/neigh now/fdb now/route undo.lines >undo.now
  grep -v '^fdb' undo.now >undo.ip
  grep '^fdb' undo.now >undo.fdb
  batch ip undo.ip
  batch bridge undo.fdb
}

# look_again: reads the present state; what cannot be read counts as absent
look_again() {
  /bin/sh describe now && return 0
  for table in link address neigh fdb route wireguard forward offload; do
    : >"now/$table"
  done
  awk -F '\t' '$4 == "tunnel" { print $1 }' saved/link >now/unread
}

# link_field DEVICE WORD: the value after WORD in the output of `ip link`
link_field() {
  timeout -k 1 5 ip -d -o link show dev "$1" 2>/dev/null |
    awk -v word="$2" '{ for (i = 1; i < NF; i++) if ($i == word) { print $(i + 1); exit } }'
}

# set_mtu DEVICE BYTES LOWER: the kernel refuses a VXLAN device an MTU above what the device below allows, even if it had it
# before. So the MTU of a tunnel below is raised for a moment, which loses no packet.
set_mtu() {
  [ "$(link_field "$1" mtu)" != "$2" ] || return 0
  timeout -k 1 5 ip link set dev "$1" mtu "$2" 2>refused && return 0
  if [ -n "$3" ] && timeout -k 1 5 ip -d -o link show dev "$3" | grep -Eq '(wireguard| tun type tun )'; then
    below=$(link_field "$3" mtu)
    run ip link set dev "$3" mtu $(($2 + 100))
    run ip link set dev "$1" mtu "$2"
    run ip link set dev "$3" mtu "$below"
  else
    cat refused >>errors
  fi
}

restore_links() {
  while IFS=$tab read -r device state mtu kind mode create; do
    there=$(awk -F '\t' -v device="$device" '$1 == device { print $6 }' now/link)
    if [ "$kind" = vxlan ] && [ "$there" != "$create" ]; then
      case $there in '' | -) ;; *) run ip link del dev "$device" ;; esac
      # shellcheck disable=SC2086 # words of our own making
      run ip $create
      [ "$mode" = - ] || run ip link set dev "$device" addrgenmode "$mode"
    fi
    lower=''
    [ "$kind" != vxlan ] || lower=$(printf '%s\n' "$create" | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") print $(i + 1) }')
    set_mtu "$device" "$mtu" "$lower"
    run ip link set dev "$device" "$state"
  done <saved/link
  while read -r device; do
    ! awk -F '\t' -v device="$device" '$1 == device { found = 1 } END { exit !found }' saved/link || continue
    ! awk -F '\t' -v device="$device" '$1 == device && $4 == "vxlan" { found = 1 } END { exit !found }' now/link ||
      run ip link del dev "$device"
  done <made
}

# An endpoint is restored only if it was lost, or is still the one that the operations set; one that moved meanwhile is newer
# and stays. WireGuard cannot remove an endpoint, so a peer that had none is made anew. Peers that only the operations added
# are removed first: they may hold networks of other peers.
restore_peers() {
  if awk 'FILENAME ~ /^now/ { unread[$1] = 1; next } $1 in unread { found = 1 } END { exit !found }' now/unread saved/wireguard; then
    echo 'the peers cannot be read' >>errors
    return
  fi
  awk -F '\t' '$2 != "=" { next } FILENAME ~ /^now/ { port[$1] = $3; next } port[$1] != $3 { print $1 "\t" $3 }' \
    now/wireguard saved/wireguard >changed-ports
  while IFS=$tab read -r device port; do
    run wg set "$device" listen-port "$port"
  done <changed-ports
  awk -F '\t' 'FILENAME == "added" { ours[$1 FS $2] = 1; next } FILENAME ~ /^saved/ { there[$1 FS $2] = 1; next }
    (($1 FS $2) in ours) && !(($1 FS $2) in there) { print $1, $2 }' added saved/wireguard now/wireguard >new-peers
  while read -r device key; do
    run wg set "$device" peer "$key" remove
  done <new-peers
  awk -F '\t' -f canonical.awk -f changed-peers.awk endpoints now/wireguard saved/wireguard >changed-peers
  while IFS=$tab read -r device key anew endpoint allowed keepalive; do
    set -- set "$device" peer "$key"
    preshared=''
    if [ "$anew" = gone ]; then
      preshared=$(awk -F '\t' -v device="$device" -v key="$key" '$1 == device && $2 == key { print $3 }' preshared)
      [ -z "$preshared" ] || set -- "$@" preshared-key /dev/stdin
    elif [ "$anew" = yes ]; then
      preshared=$(timeout -k 1 5 wg show "$device" preshared-keys 2>>errors) || continue
      preshared=$(printf '%s\n' "$preshared" | awk -v key="$key" '$1 == key && $2 != "(none)" { print $2 }')
      set -- "$@" remove peer "$key"
      [ -z "$preshared" ] || set -- "$@" preshared-key /dev/stdin
    fi
    [ "$endpoint" = - ] || set -- "$@" endpoint "$endpoint"
    case $allowed in -) ;; '(none)') set -- "$@" allowed-ips '' ;; *) set -- "$@" allowed-ips "$allowed" ;; esac
    [ "$keepalive" = - ] || set -- "$@" persistent-keepalive "$keepalive"
    printf '%s\n' "$preshared" | timeout -k 1 5 wg "$@" >/dev/null 2>>errors
  done <changed-peers
}

# call_peers: after a port was restored, sends a keepalive at once to every peer that has keepalive on
call_peers() {
  while IFS=$tab read -r device port; do
    awk -F '\t' -v device="$device" '$1 == device && $2 != "=" && $5 != "off" { print $2 "\t" $5 }' saved/wireguard >called
    while IFS=$tab read -r key seconds; do
      run wg set "$device" peer "$key" persistent-keepalive 0
      run wg set "$device" peer "$key" persistent-keepalive "$seconds"
    done <called
  done <changed-ports
}

put_back() {
  : >errors
  look_again
  while read -r key _ value; do
    grep -q -x -F "$key = $value" now/forward || run sysctl -q -w "$key=$value"
  done <saved/forward
  restore_links
  look_again
  undo
  awk 'FILENAME ~ /^now/ { there[$0] = 1; next } !($0 in there)' now/offload saved/offload >missing.offload
  while read -r line; do
    # shellcheck disable=SC2086 # words of our own making
    run ethtool $line
  done <missing.offload
  for table in address neigh fdb route; do
    awk 'FILENAME ~ /^now/ { there[$0] = 1; next } !($0 in there)' "now/$table" "saved/$table" >"missing.$table"
    program=ip
    [ "$table" != fdb ] || program=bridge
    batch "$program" "missing.$table"
  done
  : >changed-ports
  restore_peers
  call_peers
  # An error that could not be written is one too.
  [ ! -s errors ] && printf '%4096s' '' >written
}

# Nothing runs after the rollback, so a failure (a busy node) is retried here.
outcome=failed
for try in 1 2 3; do
  [ "$try" -eq 1 ] || sleep 1
  put_back && outcome=rolled-back && break
done
stored=$(cat journal)
if [ -f "$stored" ]; then
  # dd says when the disk is full; busybox's sed does not
  if sed -e 's/"status":"applied"/"status":"rolled-back"/' -e 's/"rollbackAt":[0-9]*}/"rollbackAt":null}/' "$stored" |
    dd of="$stored.new" 2>/dev/null; then
    mv -f "$stored.new" "$stored"
  else
    rm -f "$stored.new"
  fi
fi
echo "$outcome" >outcome.new && mv outcome.new outcome
RESTORE
  cat >"$1/changed-peers.awk" <<'PEERS'
# the same networks, in any order
function same(left, right, list, n, i, seen) {
  n = split(left, list, ",")
  for (i = 1; i <= n; i++) seen[list[i]] = 1
  if (split(right, list, ",") != n) return 0
  for (i = 1; i <= n; i++) if (!(list[i] in seen)) return 0
  return 1
}
FILENAME == "endpoints" { ours[$1 FS $2] = endpoint($3); next }
$2 == "=" { next }
FILENAME ~ /^now/ { there[$1 FS $2] = 1; at[$1 FS $2] = $3; allowed[$1 FS $2] = $4; keepalive[$1 FS $2] = $5; next }
{
  peer = $1 FS $2
  known = peer in there
  set_here = known && (peer in ours) && endpoint(at[peer]) == ours[peer] && at[peer] != $3
  anew = set_here && $3 == "(none)"
  back = $3 != "(none)" && (!known || at[peer] == "(none)" || set_here)
  networks = anew || !known || !same(allowed[peer], $4)
  interval = anew || !known || keepalive[peer] != $5
  if (back || networks || interval)
    print $1, $2, anew ? "yes" : known ? "no" : "gone", back ? $3 : "-", networks ? $4 : "-", interval ? $5 : "-"
}
BEGIN { OFS = "\t" }
PEERS
}

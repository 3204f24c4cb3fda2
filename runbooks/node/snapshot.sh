# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# Commit-confirm for a bounce: the snapshot, the timer that puts it back, and what becomes of it.
# A bounce that is open is a folder $armed/<operationKey>; it is there before the link is touched. Its link `decision`
# says who was first, confirm or rollback, and its file `outcome` that the rollback ended. After a reboot, /run is empty
# and so is the device: nothing is open any more.
armed_keeps=10

# wg_peers DEVICE: key, endpoint, allowed-ips, keepalive per peer; private and preshared keys are dropped at the pipe
wg_peers() {
  bounded wg show "$1" dump 2>/dev/null | awk -F '\t' 'NR > 1 { print $1 "\t" $3 "\t" $4 "\t" $8 }'
}

# take_snapshot DEVICE FOLDER: batches that put back everything that a link-down loses (measured: routes, neighbours,
# IPv6 addresses), the forwarding entries, and WireGuard's peers
take_snapshot() {
  mkdir -p "$2"
  printf '%s\n' "$1" >"$2/device"
  bounded ip -6 -o addr show dev "$1" | awk -v dev="$1" '/ scope global/ && !/ temporary| tentative/ { print "addr replace " $4 " dev " dev (/ nodad/ ? " nodad" : "") }' >"$2/address"
  bounded ip neigh show dev "$1" | awk -v dev="$1" '
    / lladdr / && !/^fe80:|^ff|NOARP|FAILED|INCOMPLETE/ {
      for (i = 1; i < NF; i++) if ($i == "lladdr") print "neigh replace " $1 " lladdr " $(i + 1) " dev " dev " nud " ($NF == "PERMANENT" ? "permanent" : "stale")
    }' >"$2/neigh"
  bounded bridge fdb show dev "$1" | awk -v dev="$1" '
    { for (i = 1; i < NF; i++) if ($i == "dst") print "fdb replace " $1 " dev " dev " dst " $(i + 1) " self permanent" }' >"$2/fdb"
  for family in -4 -6; do
    bounded ip "$family" route show table all dev "$1"
  done | awk -v dev="$1" '
    / proto kernel | table local | expires |^[ \t]|^fe80:|^(local|broadcast|multicast|anycast|unreachable|blackhole|prohibit|throw) / { next }
    / proto kernel$/ { next }
    { gsub(/ linkdown| dead| offload| trap/, ""); rest = $0; sub(/^[^ ]+/, "", rest); print "route replace " $1 " dev " dev rest }' >"$2/route"
  wg_peers "$1" >"$2/wireguard"
}

# write_restore FOLDER: the script that puts the snapshot beside it back, once. `restore after SECONDS` is the timer.
write_restore() {
  printf '%s\n' "$journal/$SSM_operationKey.json" >"$1/journal"
  cat >"$1/restore" <<'RESTORE'
#!/bin/sh
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"
cd "$(dirname "$0")" || exit 1
if [ "${1:-}" = after ]; then
  awk -v pid="$$" '{ sub(/.*\) /, ""); print pid "." $20 }' "/proc/$$/stat" >timer.new 2>/dev/null
  mv timer.new timer
  sleep "$2"
fi
ln -s rolled-back decision 2>/dev/null || [ "${1:-}" = again ] || exit 0
device=$(cat device)
timeout -k 1 5 ip link set dev "$device" up 2>errors
for batch in undo.ip undo.fdb; do
  program=ip
  [ "$batch" = undo.ip ] || program=bridge
  [ ! -s "$batch" ] || timeout -k 1 20 "$program" -force -batch "$batch" >/dev/null 2>&1
done
for batch in address neigh fdb route; do
  program=ip
  [ "$batch" != fdb ] || program=bridge
  [ ! -s "$batch" ] || timeout -k 1 20 "$program" -force -batch "$batch" >/dev/null 2>>errors
done
if [ -s wireguard ]; then
  # An endpoint that moved meanwhile is the peer's newer one and stays; only a lost one is put back.
  timeout -k 1 5 wg show "$device" dump | awk -F '\t' '
    part == "now" { if (FNR > 1) { known[$1] = $4 "\t" $8; endpoint[$1] = $3 } next }
    $1 in known && known[$1] == $3 "\t" $4 && (endpoint[$1] != "(none)" || $2 == "(none)") { next }
    {
      print "peer " $1 ($3 == "(none)" ? "" : " allowed-ips " $3) " persistent-keepalive " $4 \
        ($2 != "(none)" && (!($1 in known) || endpoint[$1] == "(none)") ? " endpoint " $2 : "")
    }' part=now - part=saved wireguard | while read -r change; do
    # shellcheck disable=SC2086 # words of our own making
    timeout -k 1 5 wg set "$device" $change 2>>errors
  done
fi
outcome=rolled-back
[ ! -s errors ] || outcome=failed
stored=$(cat journal)
if [ -f "$stored" ]; then
  sed -e 's/"status":"applied"/"status":"rolled-back"/' -e 's/"rollbackAt":[0-9]*}/"rollbackAt":null}/' "$stored" >"$stored.new" &&
    mv -f "$stored.new" "$stored"
fi
echo "$outcome" >outcome.new && mv outcome.new outcome
RESTORE
}

# arm FOLDER SECONDS: starts the rollback timer, outside of everything that a time-out of this document would kill.
# systemd's timers run in the machine's own namespaces: a host that lives in others gets a plain process.
arm() {
  if [ -z "$root" ] && [ "$(cat /proc/1/comm 2>/dev/null)" = systemd ] && in_first_namespaces &&
    bounded systemd-run --quiet --on-active="$2" /bin/sh "$1/restore" >/dev/null 2>&1; then
    return 0
  fi
  setsid /bin/sh "$1/restore" after "$2" >/dev/null 2>&1 </dev/null &
  wait_for "$1/timer" 3
}

# wait_for FILE SECONDS: true when it came in time
wait_for() {
  late_at=$(($(date +%s) + $2))
  until [ -f "$1" ]; do
    [ "$(date +%s)" -le "$late_at" ] || return 1
    pause
  done
}

in_first_namespaces() {
  for namespace in net mnt; do
    [ "$(readlink "/proc/1/ns/$namespace")" = "$(readlink "/proc/self/ns/$namespace")" ] || return 1
  done
}

# end_timer FOLDER: its decision is made, there is nothing to wait for
end_timer() {
  timer=$(cat "$1/timer" 2>/dev/null)
  [ -z "$timer" ] || ! is_alive "$timer" || kill -TERM "-${timer%%.*}" 2>/dev/null
}

# roll_back FOLDER: puts the snapshot back, unless another decision was made. A rollback that died half-way is run again.
roll_back() {
  /bin/sh "$1/restore" >/dev/null 2>&1
  [ "$(readlink "$1/decision")" = rolled-back ] || return 0
  wait_for "$1/outcome" 6 || /bin/sh "$1/restore" again >/dev/null 2>&1
}

# settle_open_bounces: before anything else is done to the tables. A bounce that waits for its confirmation is not
# disturbed; one that was interrupted, or whose timer is gone, is rolled back first, so that nothing comes back later.
settle_open_bounces() {
  for open in "$armed"/*; do
    [ -f "$open/deadline" ] || continue
    [ "$(readlink "$open/decision")" != confirmed ] || continue
    [ ! -f "$open/outcome" ] || continue
    deadline=$(cat "$open/deadline")
    if [ -f "$(cat "$open/journal")" ] && [ ! -h "$open/decision" ] && [ "$(date +%s)" -le "$((deadline + 2))" ]; then
      rollback_at=$deadline
      answer refused "bounce ${open##*/} waits for its confirmation"
    fi
    roll_back "$open"
    end_timer "$open"
  done
}

# forget_old_bounces: the newest few stay, for those who ask later
forget_old_bounces() {
  # shellcheck disable=SC2012 # our own file names hold no blanks
  ls -t "$armed" | awk -v keep="$armed_keeps" 'NR > keep' | while read -r old; do rm -rf "${armed:?}/$old"; done
  rm -rf "$armed"/.new.*
}

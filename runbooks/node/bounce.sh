# bounce: takes one overlay device down and up, and puts back at once everything that a link-down loses.
# Parameters: operationKey, fencingToken, device, operations (entries that must be there afterwards), confirmWithinSeconds.
# A rollback is armed before: unless `confirm` comes in time, the node puts its snapshot back by itself.
action=bounce
need_operation_key
need fencingToken device operations confirmWithinSeconds
matches "$SSM_fencingToken" '[0-9]{1,12}' || refuse 'fencingToken is not a number'
matches "$SSM_device" '[a-z][a-z0-9._-]{0,14}' || refuse 'device is not an interface name'
matches "$SSM_confirmWithinSeconds" '[0-9]{1,4}' || refuse 'confirmWithinSeconds is not a number'
parse_operations
bounded ip -d -o link show dev "$SSM_device" 2>/dev/null | grep -Eq '(vxlan id|wireguard|tun type tun)' ||
  refuse "$SSM_device is no VXLAN or WireGuard device of this node"
take_lock
replay_or_begin

# The snapshot is a set of batches that put everything back (measured: a link-down loses routes and neighbours).
arms=$armed/$SSM_operationKey
rm -rf "$arms"
mkdir -p "$arms"
bounded ip -4 neigh show dev "$SSM_device" | awk -v dev="$SSM_device" '
  { for (i = 1; i < NF; i++) if ($i == "lladdr") print "neigh replace " $1 " lladdr " $(i + 1) " dev " dev ($NF == "PERMANENT" ? " nud permanent" : " nud stale") }' >"$arms/neigh"
bounded bridge fdb show dev "$SSM_device" | awk -v dev="$SSM_device" '
  { for (i = 1; i < NF; i++) if ($i == "dst") print "fdb replace " $1 " dev " dev " dst " $(i + 1) " self permanent" }' >"$arms/fdb"
bounded ip -4 route show table main dev "$SSM_device" | awk -v dev="$SSM_device" '
  / proto kernel / { next }
  { gsub(/ linkdown| dead/, ""); rest = $0; sub(/^[^ ]+/, "", rest); print "route replace " $1 " dev " dev rest }' >"$arms/route"
printf '%s\n' "$SSM_device" >"$arms/device"

cat >"$arms/restore" <<'RESTORE'
#!/bin/sh
# Puts the snapshot beside this file back, once: whoever makes `settled` first, confirm or rollback, decides.
cd "$(dirname "$0")" || exit 1
mkdir settled 2>/dev/null || exit 0
ip link set dev "$(cat device)" up
ip -force -batch neigh
bridge -force -batch fdb
ip -force -batch route
echo rolled-back >outcome
RESTORE

rollback_at=$(($(date +%s) + SSM_confirmWithinSeconds))
if [ "$(cat /proc/1/comm 2>/dev/null)" = systemd ] && [ -z "$root" ]; then
  systemd-run --quiet --on-active="$SSM_confirmWithinSeconds" /bin/sh "$arms/restore" >/dev/null 2>&1 ||
    finish refused 'the rollback timer could not be armed'
else
  # shellcheck disable=SC2016 # expanded by the inner shell
  setsid /bin/sh -c 'sleep "$1"; exec /bin/sh "$2"' restitch-rollback "$SSM_confirmWithinSeconds" "$arms/restore" >/dev/null 2>&1 </dev/null &
fi
sync

ip link set dev "$SSM_device" down
ip link set dev "$SSM_device" up
bound=60 bounded ip -force -batch "$arms/neigh" >/dev/null 2>&1
bound=60 bounded bridge -force -batch "$arms/fdb" >/dev/null 2>&1
bound=60 bounded ip -force -batch "$arms/route" >/dev/null 2>&1
read_kernel
compile_batches
run_batches
if [ -s "$work/failed" ]; then
  /bin/sh "$arms/restore" >/dev/null 2>&1
  finish failed "$(head -n 1 "$work/failed" | tr '\t' ':'); the snapshot was put back"
fi
printf 'link bounced %s\n' "$SSM_device" >>"$work/changed"
finish applied ''

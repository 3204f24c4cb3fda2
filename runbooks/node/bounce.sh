# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# bounce: takes one overlay device down and up, and puts back at once everything that a link-down loses.
# Parameters: operationKey, fencingToken, device, operations (entries that must be there afterwards), confirmWithinSeconds.
# A rollback is armed before: unless `confirm` comes in time, the node puts its snapshot back by itself.
action=bounce
need_operation_key
need_fencing_token
need device operations confirmWithinSeconds
need_device device
matches "$SSM_confirmWithinSeconds" '[1-9][0-9]{0,3}' || answer refused 'confirmWithinSeconds is not a number from 1 to 9999'
parse_operations
bounded ip -d -o link show dev "$SSM_device" 2>/dev/null | grep -Eq '(vxlan id|wireguard|tun type tun)' ||
  answer refused "$SSM_device is no VXLAN or WireGuard device of this node"
take_lock
replay_if_known
check_fence
settle_open_bounces

# The snapshot as it is put back now: entries that the operations name are not put back as they were, but as they must be.
merge() {
  awk "$awk_canonical"'
    FILENAME ~ /operations$/ {
      if ($1 == "neigh") { named["neigh " address($3)] = 1; if ($2 == "replace") print $0 " nud permanent" > (work "/again.neigh") }
      if ($1 == "fdb") { named["fdb " $3] = 1; if ($2 == "replace") print $0 " self permanent" > (work "/again.fdb") }
      if ($1 == "route") { named["route " network($3)] = 1; if ($2 == "replace") print > (work "/again.route") }
      next
    }
    ($1 " " ($1 == "fdb" ? $3 : network($3))) in named { next }
    { print > (work "/again." $1) }
  ' work="$work" "$work/operations" "$arms/neigh" "$arms/fdb" "$arms/route"
}

# The rollback also takes away what only the operations bring.
plan_undo() {
  awk "$awk_canonical"'
    FILENAME !~ /operations$/ { there[$1 " " ($1 == "fdb" ? $3 : network($3))] = 1; next }
    $2 != "replace" || (($1 " " ($1 == "fdb" ? $3 : network($3))) in there) { next }
    $1 == "neigh" { print "neigh del " $3 " dev " $7 > (folder "/undo.ip") }
    $1 == "fdb" { print "fdb del " $3 " dev " $7 " dst " $5 " self" > (folder "/undo.fdb") }
    $1 == "route" { print "route del " $3 " dev " $7 > (folder "/undo.ip") }
  ' folder="$arms" "$arms/neigh" "$arms/fdb" "$arms/route" "$work/operations"
}

if [ -f "$armed/$SSM_operationKey/deadline" ]; then
  begin
  finish rolled-back 'the earlier run of this key did not end; its snapshot was put back'
  cat "$work/report"
  leave_with rolled-back
fi

forget_old_bounces
arms=$armed/.new.$SSM_operationKey
take_snapshot "$SSM_device" "$arms"
plan_undo
write_restore "$arms"
rollback_at=$(($(date +%s) + SSM_confirmWithinSeconds))
printf '%s\n' "$rollback_at" >"$arms/deadline"
find_pending
cp "$work/pending" "$work/asked"
: >"$work/again.neigh"
: >"$work/again.fdb"
: >"$work/again.route"
merge
begin
mv "$arms" "$armed/$SSM_operationKey"
arms=$armed/$SSM_operationKey
if ! arm "$arms" "$SSM_confirmWithinSeconds"; then
  rm -rf "$arms" "$journal/$SSM_operationKey.started"
  rollback_at=null
  answer refused 'the rollback timer could not be armed'
fi

{
  bounded ip link set dev "$SSM_device" down
  bounded ip link set dev "$SSM_device" up
  bound=20 bounded ip -force -batch "$arms/address"
  bound=20 bounded ip -force -batch "$work/again.neigh"
  bound=20 bounded bridge -force -batch "$work/again.fdb"
  bound=20 bounded ip -force -batch "$work/again.route"
} >/dev/null 2>&1
find_pending
run_batches
settle_lines
bounded ip -o link show dev "$SSM_device" 2>/dev/null | grep -q '[<,]UP[,>]' ||
  printf 'link up %s\tis not up afterwards\n' "$SSM_device" >>"$work/failed"
if [ -s "$work/failed" ]; then
  roll_back "$arms"
  end_timer "$arms"
  rollback_at=null
  finish failed "$(first_failure); the snapshot was put back"
else
  finish applied ''
  # The timer may have fired while this was at work: then some of this came after the snapshot, and it is put back again.
  if [ "$(readlink "$arms/decision")" = rolled-back ]; then
    roll_back "$arms"
    /bin/sh "$arms/restore" again >/dev/null 2>&1
    rollback_at=null
    finish rolled-back 'the rollback fired before the bounce ended'
  fi
fi
cat "$work/report"
leave_with "$(status_of "$work/report")"

# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# bounce: takes one overlay device down and up, and at once puts back every entry that this removes.
# Parameters: operationKey, fencingToken, device, operations (entries that must be there afterwards), confirmWithinSeconds.
# The rollback timer starts before the change: unless `confirm` comes in time, the node restores its snapshot.
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
settle_open_changes

# merge: the entries to put back: those of the operations as the operations say, all others as in the snapshot.
merge() {
  for table in neigh fdb route; do
    : >"$work/again.$table"
  done
  awk "$awk_canonical"'
    function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
    FILENAME ~ /operations$/ {
      if (field("dev") != device) next
      if ($1 == "neigh") { named["neigh " address($3)] = 1; if ($2 == "replace") print $0 " nud permanent" > (work "/again.neigh") }
      if ($1 == "fdb") { named["fdb " $3] = 1; if ($2 == "replace") print $0 " self permanent" > (work "/again.fdb") }
      if ($1 == "route") {
        named["route " network($3)] = 1
        if ($2 == "set") $2 = "replace"
        if ($2 == "replace") print > (work "/again.route")
      }
      next
    }
    index($0 " ", " dev " device " ") == 0 { next }
    !/ table / && (($1 " " ($1 == "fdb" ? $3 : network($3))) in named) { next }
    { print > (work "/again." $1) }
  ' work="$work" device="$SSM_device" "$work/operations" "$arms/saved/neigh" "$arms/saved/fdb" "$arms/saved/route"
}

end_if_put_back
need_pending
cp "$work/pending" "$work/asked"
open_change "$SSM_confirmWithinSeconds" "$SSM_device"
merge
{
  bounded ip link set dev "$SSM_device" down
  bounded ip link set dev "$SSM_device" up
  bound=20 bounded ip -force -batch "$arms/saved/address"
  bound=20 bounded ip -force -batch "$work/again.neigh"
  bound=20 bounded bridge -force -batch "$work/again.fdb"
  bound=20 bounded ip -force -batch "$work/again.route"
} >/dev/null 2>&1
find_pending
run_batches
settle_lines
bounded ip -o link show dev "$SSM_device" 2>/dev/null | grep -q '[<,]UP[,>]' ||
  printf 'link up %s\tis not up afterwards\n' "$SSM_device" >>"$work/failed"
end_change

# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# expect: replaces the file that the watchdog holds this node against, and nothing else. It takes no lock: no other document
# reads or writes that file, and a repair does not wait for it.
# Parameters: generation (an older one than that of the file is refused), content (the file's lines, gzip and base64).
action=expect
state=$root/var/lib/restitch
file=$state/expected-network
most_packed=32768
# blocks of 512 bytes (1,024 in some shells)
most_unpacked=1024
need generation content
matches "$SSM_generation" '[0-9]{1,15}' || answer refused 'generation is not a number'
[ "${#SSM_content}" -le "$most_packed" ] || answer refused "content is longer than $most_packed characters"

foreign=$(why_foreign "$state")
[ -z "$foreign" ] || answer refused "$foreign"

# awk's numbers are exact up to 15 digits; `[` of a shell may know 32 bits only
known=$(sed -n '1s/^# kept by Restitch, generation \([0-9][0-9]*\)$/\1/p' "$file" 2>/dev/null)
matches "${known:-0}" '[0-9]{1,15}' || known=0
awk "BEGIN { exit !($SSM_generation < ${known:-0}) }" && answer refused "the file is of the newer generation $known"

printf '%s' "$SSM_content" | bounded base64 -d >"$work/packed" 2>/dev/null || answer refused 'content is not base64'
(
  # shellcheck disable=SC3045 # dash and busybox have it
  ulimit -f "$most_unpacked"
  bounded gzip -dc <"$work/packed" >"$work/lines"
) 2>/dev/null || {
  has_room || answer refused "$no_room"
  answer refused 'content is not gzip, or is too large'
}

# The format once more: one line `self`, lines `peer`, and no word that docs/watchdog.md does not have.
# shellcheck disable=SC2016 # awk's own
wrong=$(awk '
  function device(v) { return length(v) <= 15 && v ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/ }
  function number(v) { return length(v) <= 8 && v ~ /^[0-9]+$/ }
  function name(v) { return length(v) <= 253 && v ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/ }
  function address(v) { return length(v) >= 2 && length(v) <= 45 && v ~ /^[0-9A-Fa-f:.]+$/ }
  function network(v, slash) { slash = index(v, "/"); return address(substr(v, 1, slash - 1)) && substr(v, slash) ~ /^[\/][0-9][0-9]?[0-9]?$/ }
  function mac(v, part) { return length(v) == 17 && v ~ /^[0-9a-f:]+$/ && split(v, part, ":") == 6 && v ~ /^..:..:..:..:..:..$/ }
  function fits(k, v) {
    if (k == "overlay") return v == "vxlan" || v == "wireguard-native" || v == "host-gw"
    if (k == "device" || k == "device6" || k == "tunnel" || k == "bridge") return device(v)
    if (k == "vni" || k == "port" || k == "mtu") return number(v)
    if (k == "site" || k == "role" || k == "pool" || k == "hub") return name(v)
    if (k == "tunneladdress" || k == "ip" || k == "ip6") return address(v)
    if (k == "pods" || k == "pods6") return network(v)
    if (k == "mac" || k == "mac6") return mac(v)
    return k == "key" && length(v) == 44 && v ~ /^[A-Za-z0-9+\/]+=$/
  }
  function refuse(why) { print "line " NR ": " why; refused = 1; exit }
  /[^ -~]/ { refuse("a character that no line has") }
  $1 == "self" { selves++ }
  $1 != "self" && $1 != "peer" { refuse("neither self nor peer") }
  !name($2) { refuse("no name") }
  {
    for (i = 3; i <= NF; i++) {
      eq = index($i, "=")
      if (!fits(substr($i, 1, eq - 1), substr($i, eq + 1))) refuse("word " i " is none of the format")
    }
  }
  END { if (!refused && selves != 1) print "not one line self" }
' "$work/lines") || answer failed 'awk does not work here'
has_room || answer refused "$no_room"
[ -z "$wrong" ] || answer refused "$wrong"

# Readers see the old file or the new one, also after a power cut.
for left in "$file".[0-9]*.[0-9]*; do
  is_alive "${left##*/expected-network.}" || rm -f "$left"
done
{
  printf '# kept by Restitch, generation %s\n' "$SSM_generation"
  cat "$work/lines"
} >"$work/file" 2>/dev/null
has_room || answer refused "$no_room"
if dd if="$work/file" of="$file.$me" conv=fsync 2>/dev/null && mv -fT "$file.$me" "$file" 2>/dev/null; then
  answer applied ''
fi
rm -f "$file.$me"
answer failed "cannot write $file"

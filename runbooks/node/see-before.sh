# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# What packets change is read once more before the first one, where one command reads the host and sends.

# Whether the order asked for a peer: its key, a tunnel address or a pod network. Whoever includes this sets `focus`; w: its fields in the
# dump of wg.
# shellcheck disable=SC2016 # awk's own
awk_focus='
  function inFocus(n, f, i) {
    n = split(focus, f, ",")
    for (i = 1; i <= n; i++) if (f[i] == w[1] || index("," w[4] ",", "," f[i] ",") > 0 || index("," w[4] ",", "," f[i] "/32,") > 0 || index("," w[4] ",", "," f[i] "/128,") > 0) return 1
    return 0
  }
'

# see_nothing_else: where only what packets change is read, the rest says of itself that it was not asked for
see_nothing_else() {
  for table in fdb sums ipv6-fdb ipv6-routes sysctls; do : >"$work/$table"; done
  for what in addresses neighbours fdb routes rules sysctls pods agents ${SSM_flannelDeviceV6:+ipv6}; do unseen "$what" 'not asked for'; done
  agents='' release='' modules_known='' tx_checksum='' pod_pings='' cni_networks=''
}

# see_before: peers and counters, into files whose names end with `.before`. `before`: when, epoch seconds
see_before() {
  moment=.before
  see_peers
  see_proc
  before=$(date +%s) moment=''
}

# are_tunnels_used: each peer in the focus has had a handshake within 150 s. WireGuard sends with a session for 180; the first packet
# after that asks the far end for a new one, which counts it before it was read, and does not count the next packets for five seconds.
are_tunnels_used() {
  while IFS='	' read -r what _; do case $what in *wireguard) return 1 ;; esac done <"$work/unseen"
  # shellcheck disable=SC2016 # awk's own
  awk -F '\t' -v focus="$SSM_focus" -v now="$before" "$awk_focus"'
    FNR > 1 { split($0, w, FS); if (inFocus() && now - w[5] > 150) { rested = 1; exit } }
    END { exit rested }
  ' "$work"/*wireguard.before
}

# The last pass: what was read becomes metrics, in the order of the registry.
BEGIN { STALE_SECONDS = 180; MOST_PEERS = 64; MOST_NAMED = 10 }
function add(metric, labels, value) {
  rows[metric] = rows[metric] metric "{node=\"" node "\"" (labels == "" ? "" : "," labels) "} " value "\n"
}
function label(name, value) { return name "=\"" value "\"" }
# A fingerprint of a public key: two polynomials over its characters, 50 bits in all. The key itself is never printed.
function fingerprint(key, i, c, a, b) {
  for (i = 1; i <= length(key); i++) {
    c = index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", substr(key, i, 1))
    a = (a * 131 + c) % 33554393; b = (b * 137 + c) % 33554383
  }
  return sprintf("%07x%07x", a, b)
}
function hex(s, n, i) { for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1; return n + 0 }
# Two rows per protocol: names, then values.
function pick(i) {
  if ($1 != head) { head = $1; split($0, title); return }
  for (i = 2; i <= NF; i++) counter[$1 title[i]] = $i
  head = ""
}
# Adds up the named column of a table that has one row of hexadecimal numbers per processor.
function sumColumn(name, i) {
  if (FNR == 1) { split("", column); for (i = 1; i <= NF; i++) column[$i] = i; return }
  if (name in column) counter[table "." name] += hex($(column[name]))
}
table == "metrics" { split($0, word, "|"); metrics[++metricCount] = word[1]; type[word[1]] = word[2]; help[word[1]] = word[3]; next }
table == "plan" { if ($1 == "probe") { probes++; asked[$2] = $3; protocol[$2] = $7; target[$2] = label("to", $3) "," label("site", $4 == "-" ? "" : $4) "," label("role", $5 == "-" ? "" : $5) "," label("layer", $6) "," label("protocol", $7) "," label("size", $8) } next }
table ~ /^probe[.]/ {
  number_ = substr(table, 7)
  if (/packets transmitted/) { for (i = 1; i <= NF; i++) { if ($i ~ /^transmitted/) sent[number_] = $(i - 2); if ($i ~ /^received/) got[number_] = $(i - 1) == "packets" ? $(i - 2) : $(i - 1) } }
  if (/[Mm]essage too long|Frag needed|Packet too big/) tooLong[number_] = 1
  if ($1 == "status") { status[number_] = $2 }
  if (/refused|HTTP|SSL|bytes from/) answered[number_] = 1
  if ($1 == "small" || $1 == "full") datagram[number_, $1] = 1
  next
}
table ~ /^wg[.]/ {
  name = substr(table, 4)
  if (FNR == 1) { ownKey[name] = $2; next }
  wgPeers[name]++; wgKey[name, wgPeers[name]] = $1; wgAt[name, $1] = wgPeers[name]
  wgEndpoint[name, $1] = $3; wgAllowed[name, $1] = $4; wgSeen[name, $1] = $5; wgGot[name, $1] = $6; wgSent[name, $1] = $7
  n = split($4, part, ",")
  for (i = 1; i <= n; i++) {
    length_ = bits(part[i])
    if (is4(part[i])) { lengths[name, length_] = 1; covers[name, length_, network(part[i], length_)] = $1 }
    else if (length_ % 4) unclear6[name] = 1
    else { lengths6[name, length_] = 1; covers6[name, length_, substr(digits6(part[i]), 1, length_ / 4)] = 1 }
  }
  next
}
table == "endpoints" { lastEndpoint[$1, $2] = $3; changes[$1, $2] = $4; next }
table == "answered" { answersUdp[$1] = 1; next }
table == "podkeys" { add("restitch_wireguard_key_info", label("device", clean($2)) "," label("pod", clean($1)) "," label("key", fingerprint($3)), 1); next }
table == "tcp" || table == "tcp6" {
  if ($4 == "0A" && substr($2, length($2) - 4) == sprintf(":%04X", kubeletPort)) { listening = 1; split($5, part, ":"); if (part[2] != "00000000") waiting = 1 }
  next
}
table == "snmp" || table == "netstat" { pick(); next }
table == "nf_conntrack" { sumColumn("drop"); sumColumn("early_drop"); next }
table == "arp_cache" { sumColumn("table_fulls"); next }
# `fact NAME LABELS VALUE`: what the shell already knows
table == "facts" { if ($1 == "fact") add($2, $3 == "-" ? "" : $3, $4); else setting[$1] = $2; next }

# covering(DEVICE, ADDRESS): the key of the peer whose AllowedIPs have the address; the longest prefix wins
function covering(name, address, n) {
  for (n = 32; n >= 0; n--) if (((name, n) in lengths) && ((name, n, network(address, n)) in covers)) return covers[name, n, network(address, n)]
  return ""
}
function entry(p, tableName, state, family) {
  count[state, tableName, family]++
  if (!(p in named) && namedCount < MOST_NAMED) { named[p] = 1; namedCount++ }
  if ((p in named) && !((p, tableName, state) in told)) { told[p, tableName, state] = 1; add("restitch_overlay_peer_broken", label("peer", p) "," label("table", tableName) "," label("state", state) "," label("family", family), 1) }
}
# One peer's three entries of one address family on a VXLAN device
function judgeVxlan(p, family, dev, pods, hardware, outer, gateway, sixth) {
  sixth = family == 6; pods = peer[p, sixth ? "pods6" : "pods"]; hardware = peer[p, sixth ? "mac6" : "mac"]; outer = peer[p, sixth ? "ip6" : "ip"]
  if (pods == "" || hardware == "" || outer == "" || dev == "") return
  gateway = first(pods)
  if (!sixth && (pods in routeDev) && routeDev[pods] != dev && routeDev[pods] != tunnel && routeVia[pods] == outer) return
  wanted[dev, gateway] = 1
  if (neighbourMac[dev, gateway] == "") entry(p, "neighbour", "missing", family)
  else if (neighbourMac[dev, gateway] != hardware) entry(p, "neighbour", "wrong", family)
  if (fdb[dev, hardware] == "") entry(p, "fdb", "missing", family)
  else if (fdb[dev, hardware] != outer) entry(p, "fdb", "wrong", family)
  judgeRoute(p, pods, dev, gateway, family)
}
function judgeRoute(p, pods, dev, gateway, family) {
  if (!(pods in routeDev)) entry(p, "route", "missing", family)
  else if (routeDev[pods] != dev || (gateway != "" && routeVia[pods] != gateway)) entry(p, "route", "wrong", family)
}
function judgeNative(p, key, pods) {
  key = peer[p, "key"]; pods = peer[p, "pods"]
  if (device == "" || pods == "" || !(device in ownKey)) return
  if (key != "" && !((device, key) in wgAt)) entry(p, "peer", index(allowedAll(device), pods) ? "wrong" : "missing", 4)
  else if (covering(device, first(pods)) == "") entry(p, "allowed-ips", "missing", 4)
  # One route of the whole pod network leads into the device: what counts is where a packet would go.
  if (!(at(pods, 1) in way) || way[at(pods, 1)] == uplink) entry(p, "route", "missing", 4)
}
# Without an expected network the three tables of a VXLAN device are held against each other.
function judgeSeen(i, gateway, hardware, routed, part) {
  for (i = 1; i <= peerCount; i++) {
    gateway = routeVia[peers[i]]; routed[gateway] = 1
    if (neighbourMac[device, gateway] == "") entry(peers[i], "neighbour", "missing", 4)
    else if (fdb[device, neighbourMac[device, gateway]] == "") entry(peers[i], "fdb", "missing", 4)
  }
  for (i = 1; i <= neighbourCount; i++) {
    split(neighbours[i], part, SUBSEP)
    if (part[1] == device && is4(part[2]) && neighbourState[device, part[2]] == "PERMANENT" && !(part[2] in routed)) entry(part[2], "route", "missing", 4)
  }
}
# The AllowedIPs of all peers of a device, with a comma before and after each
function allowedAll(name, i, all) { for (i = 1; i <= wgPeers[name]; i++) all = all "," wgAllowed[name, wgKey[name, i]]; return all "," }
# IPv6 pods beside host-gw and flannel's own WireGuard: a peer lacks what others have. Where no peer has it, the fleet is built otherwise.
function judgeSecond(i, p, dev, all, pods, expected, routed, allowed) {
  dev = overlay == "host-gw" ? tunnel : device6 in mtu ? device6 : device
  all = allowedAll(dev)
  for (i = 1; i <= peerCount; i++) {
    pods = peer[peers[i], "pods6"]
    if (pods == "" || peers[i] == known) continue
    expected++; routed += pods in routeDev; allowed += index(all, "," pods ",") > 0
  }
  for (i = 1; i <= peerCount; i++) {
    p = peers[i]; pods = peer[p, "pods6"]
    if (pods == "" || p == known || p in disputed) continue
    if (overlay == "host-gw" ? routed && !(pods in routeDev) : allowed && way[first(pods)] != dev) entry(p, "route", "missing", 6)
    else if (allowed && (overlay != "host-gw" || routeDev[pods] == dev) && !index(all, "," pods ",")) entry(p, overlay == "wireguard-native" && wgPeers[dev] < expected ? "peer" : "allowed-ips", "missing", 6)
  }
}
function judgeHostGw(p, pods) {
  pods = peer[p, "pods"]
  if (pods == "" || peer[p, "ip"] == "") return
  if (!(pods in routeDev)) entry(p, "route", "missing", 4)
  else if (routeDev[pods] != tunnel && routeVia[pods] != peer[p, "ip"]) entry(p, "route", "wrong", 4)
  carried(at(pods, 1), p)
}
# An address that the tunnel should carry: routed into it and covered, or neither
function carried(address, p, covered) {
  if (source == "seen" || tunnel == "" || !(tunnel in ownKey) || !is4(address)) return
  covered = covering(tunnel, address) != ""
  if (way[address] == tunnel && !covered) refused++
  if (covered && way[address] != tunnel && way[address] != "lo") unrouted++
}
function covered6(name, address, digits, n) {
  digits = digits6(address)
  for (n = 128; n >= 0; n -= 4) if (((name, n) in lengths6) && ((name, n, substr(digits, 1, n / 4)) in covers6)) return 1
  return 0
}
function carried6(address, covered) {
  if (source == "seen" || tunnel == "" || !(tunnel in ownKey) || (tunnel in unclear6) || !(address in way)) return
  covered = covered6(tunnel, address)
  if (way[address] == tunnel && !covered) refused++
  if (covered && way[address] != tunnel && way[address] != "lo") unrouted++
}
# A policy rule chose another table than the main one.
function ruled(address) { return wayTable[address] !~ /^(|main|local)$/ }
function escapes(p, i, address, dev, pods) {
  pods = peer[p, "pods"]
  if (!is4(pods)) return
  for (i = 1; i <= 2; i++) {
    address = i == 1 ? at(pods, 1) : later(pods)
    if (!(address in way)) continue
    dev = way[address]
    if (dev == device || (overlay == "host-gw" && (dev == tunnel || dev == uplink))) continue
    if ((pods in routeDev) && routeDev[pods] == dev && dev != tunnel && routeVia[pods] == peer[p, "ip"]) continue
    if (dev == tunnel) { viaTunnel[pods] = 1; return }
    if (pods in routeDev || (dev != uplink && dev != "lo")) { elsewhere[pods] = 1; if (ruled(address)) byPolicy[address] = 1; return }
  }
}
# Routes for single pods or parts of a peer's network, past the overlay
function escapedParts(i, r, p) {
  for (i = 1; i <= routeCount; i++) {
    r = routes[i]
    if (!is4(r) || routeDev[r] == device || routeDev[r] == bridge || (r in podNetwork)) continue
    for (n = bits(r) - 1; n >= 16; n--) if ((n, network(r, n)) in podNetworkAt) {
      if (overlay == "host-gw" && (routeDev[r] == tunnel || routeDev[r] == uplink)) continue
      p = podNetworkAt[n, network(r, n)]
      if (routeDev[r] == tunnel) viaTunnel[p] = 1; else elsewhere[p] = 1
    }
  }
}
function size(list, n, i) { n = 0; for (i in list) n++; return n }

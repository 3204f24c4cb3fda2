# What every pass of the watchdog reads: the expected network and the kernel's tables.
function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
# Where a forwarding entry leads to: iproute2 4.17 and 4.18 leave out the word `dst`
function leads_to(i) {
  for (i = 2; i <= NF; i++) {
    if ($i == "dst") return $(i + 1)
    if ($i ~ /^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$/ || $i ~ /^[0-9a-f]*:[0-9a-f:]*$/) return $i
  }
  return ""
}
function is4(address) { return address ~ /^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+(\/[0-9]+)?$/ }
function number(address, part) { split(address, part, /[.\/]/); return ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4] }
function dotted(n) { return int(n / 16777216) "." int(n / 65536) % 256 "." int(n / 256) % 256 "." n % 256 }
function first(cidr) { sub(/\/.*/, "", cidr); return cidr }
function bits(cidr) { return cidr ~ /\// ? substr(cidr, index(cidr, "/") + 1) + 0 : 32 }
# busybox may have an awk without powers and roots
function power(exponent, n) { for (n = 1; exponent > 0; exponent--) n *= 2; return n }
function network(address, length_) { return int(number(address) / power(32 - length_)) }
function within(address, cidr) { return is4(address) && is4(cidr) && network(address, bits(cidr)) == network(cidr, bits(cidr)) }
function at(cidr, offset) { return dotted(number(cidr) + offset) }
function groups6(text, n, i, part, digits) { n = split(text, part, ":"); for (i = 1; i <= n; i++) digits = digits substr("0000" part[i], length(part[i]) + 1); return digits }
# The 32 digits of an IPv6 address
function digits6(address, gap, head, tail) {
  address = first(address); gap = index(address, "::")
  if (!gap) return groups6(address)
  head = groups6(substr(address, 1, gap - 1)); tail = groups6(substr(address, gap + 2))
  return head substr("00000000000000000000000000000000", 1, 32 - length(head tail)) tail
}
# An address in the second half of a network
function later(cidr) { return at(cidr, power(32 - bits(cidr)) / 2 + 2) }
function clean(word) { gsub(/[^A-Za-z0-9._:\/@-]/, "_", word); return word }
# base(FILENAME): which table this line is of
function base(name) { sub(/.*\//, "", name); return name }

function claim(what, value, name) {
  if (value == "") return
  if ((what, value) in owner && owner[what, value] != name) { conflict[what, value] = 1; disputed[name] = disputed[owner[what, value]] = 1 }
  owner[what, value] = name
}

FNR == 1 { table = base(FILENAME) }
table == "expected" {
  if ($1 != "self" && $1 != "peer") next
  name = clean($2)
  if ($1 == "peer" && !((name, "") in peer)) { peer[name, ""] = 1; peers[++peerCount] = name }
  for (i = 3; i <= NF; i++) {
    eq = index($i, "="); key = substr($i, 1, eq - 1); value = substr($i, eq + 1)
    if ($1 == "self") self[key] = clean(value); else peer[name, key] = key == "key" ? value : clean(value)
    if ($1 == "self" && key == "key") self[key] = value
    if (key ~ /^(mac|mac6|ip|ip6|pods|pods6|key)$/) claim(key, value, name)
  }
  if ($1 == "self") known = name
  next
}
table == "dumped" && $1 ~ /^[0-9]+:$/ && $3 ~ /^</ {
  name = $2; sub(/[@:].*/, "", name)
  links[++linkCount] = name; mtu[name] = field("mtu") + 0; up[name] = $3 ~ /[<,]UP[,>]/; carrier[name] = $3 ~ /LOWER_UP/
  master[name] = field("master"); mac[name] = field("link/ether"); kind[name] = ""
  if (match($0, /\\ +(vxlan|wireguard|tun|bridge|veth|dummy) /)) { kind[name] = substr($0, RSTART + 1, RLENGTH - 1); gsub(/ /, "", kind[name]) }
  if (kind[name] == "vxlan") { vni[name] = field("id"); port[name] = field("dstport"); local_[name] = field("local"); lower[name] = field("dev") }
  next
}
table == "dumped" && $1 ~ /^[0-9]+:$/ && $3 ~ /^inet6?$/ {
  addresses[$2] = addresses[$2] " " $4; isOwn[first($4)] = $2
  if ($3 == "inet" && $4 ~ /\// && bits($4) < 32) connected[$2] = connected[$2] " " $4
  next
}
table == "dumped" && $1 ~ /^[0-9]+:$/ { next }
table == "dumped" && $2 == "dev" && $NF ~ /^[A-Z]+$/ {
  neighbourState[$3, $1] = $NF; neighbourMac[$3, $1] = field("lladdr"); neighbours[++neighbourCount] = $3 SUBSEP $1
  next
}
# Of IPv6 the kernel names the sender in place of "cache".
table == "dumped" && (/\\ +cache/ || / from :: /) { sub(/^unicast /, ""); if ($1 == "local") { way[$2] = "lo" } else { way[$1] = field("dev"); wayMtu[$1] = field("mtu"); wayTable[$1] = field("table") } next }
table == "dumped" || table == "routes6" {
  if ($1 ~ /^(blackhole|unreachable|prohibit|throw|local|broadcast|multicast|anycast|nat)$/) next
  sub(/^unicast /, "")
  if ($1 in routeDev) next
  routes[++routeCount] = $1; routeDev[$1] = field("dev"); routeVia[$1] = field("via")
  next
}
table == "fdb" { if ((destination = leads_to()) != "") { fdbCount[$3]++; fdb[$3, $1] = fdb[$3, $1] (fdb[$3, $1] == "" ? "" : " ") destination } next }

# Which devices there are to look at, in either pass.
function findDevices(i, name) {
  overlay = self["overlay"]; device = self["device"]; device6 = self["device6"]; tunnel = self["tunnel"]
  for (i = 1; i <= linkCount; i++) {
    name = links[i]
    if (known == "" && device == "" && (name ~ /^flannel[.][0-9]/ || name == "flannel-wg")) device = name
    if (known == "" && device6 == "" && (name ~ /^flannel-v6[.]/ || name == "flannel-wg-v6")) device6 = name
    if (tunnel == "" && name !~ /^flannel/ && (kind[name] == "wireguard" || (kind[name] == "tun" && name ~ /^wg/))) tunnel = name
  }
  bridge = self["bridge"] == "" ? "cni0" : self["bridge"]
  if (overlay == "") overlay = device ~ /^flannel-wg/ ? "wireguard-native" : device != "" ? "vxlan" : "host-gw"
  uplink = routeDev["default"]
  if (uplink == "" || uplink == tunnel) for (i = 1; i <= linkCount; i++) if (links[i] ~ /^(e|bond|wl)/) { uplink = links[i]; break }
  if (overlay == "host-gw") device = ""
  if (overlay == "wireguard-native" && device6 == "" && ("flannel-wg-v6" in mtu)) device6 = "flannel-wg-v6"
}

# Without the file: peers are whom the overlay's routes lead to, called by their pod networks.
function seePeers(i, r, via) {
  source = known == "" ? "seen" : "file"
  if (known != "") return
  for (i = 1; i <= routeCount; i++) {
    r = routes[i]
    if (!is4(r) || r == "default" || (device != "" && routeDev[r] != device)) continue
    if (device == "" && (routeVia[r] == "" || !(r ~ /\/24$/))) continue
    peers[++peerCount] = r; via = routeVia[r]
    peer[r, "pods"] = r; peer[r, "mac"] = neighbourMac[device, via]
    peer[r, "ip"] = overlay == "vxlan" ? fdb[device, peer[r, "mac"]] : via
  }
}

# An address of the peer within the overlay that answers pings
function inside(name, pods) {
  pods = peer[name, "pods"]
  return pods == "" ? "" : overlay == "host-gw" ? at(pods, 1) : first(pods)
}

# The second pass: whom to probe, and which devices to ask. It prints `probe NUMBER TO SITE ROLE LAYER PROTOCOL SIZE ADDRESS
# BYTES` (BYTES is a port for tcp; SIZE is `both` for udp, and BYTES that of the full size), `pod ADDRESS` and `ask DEVICE`.
function probe(to, layer, protocol, size, address, bytes) {
  if (address == "" || probes >= 64) return
  print "probe", ++probes, to, peer[to, "site"] == "" ? "-" : peer[to, "site"], peer[to, "role"] == "" ? "-" : peer[to, "role"], layer, protocol, size, address, bytes
}
function least(a, b) { return a == "" ? b : b == "" || a < b ? a : b }
# Large packets as both ends can carry them. A spoke's own MTU must do for all its peers; others send to peers elsewhere no more
# than a tunnel over 1500 bytes holds.
function fullSize(to, most, beyond) {
  if (tunnel != "" && self["role"] != "hub" && peer[to, "mtu"] == "") return most - 28
  return least(most + 0, peer[to, "mtu"] != "" ? peer[to, "mtu"] + 0 : peer[to, "site"] == self["site"] && most <= 9001 && peer[to, "site"] != "" ? "" : beyond) - 28
}
# 0: there is no such device. To read mtu[NAME] would make it one.
function mtuOf(name) { return name in mtu ? mtu[name] : 0 }
function probePeer(to, overlayMtu, answers, full) {
  answers = inside(to)
  overlayMtu = mtuOf(device != "" ? device : tunnel != "" ? tunnel : uplink)
  probe(to, "underlay", "icmp", "small", is4(peer[to, "ip"]) ? peer[to, "ip"] : "", 56)
  probe(to, "overlay", "icmp", "small", answers, 56)
  if (overlayMtu > 600) full = fullSize(to, overlayMtu, overlay == "vxlan" ? 1370 : overlay == "host-gw" ? 1420 : 1340)
  if (full) probe(to, "overlay", "icmp", "full", answers, full)
  probe(to, "overlay", "tcp", "small", answers, kubeletPort)
  if (full) probe(to, "overlay", "udp", "both", answers, full)
  if (overlay == "vxlan" && peer[to, "pods"] != "") probe(to, "pod", "icmp", "small", at(peer[to, "pods"], 1), 56)
  if (peer[to, "pods6"] != "" && device6 != "") probe(to, "overlay6", "icmp", "small", first(peer[to, "pods6"]), 56)
}
# Each node asks the peer of a site that comes after it in the file, so that not all ask the same one.
function choosePeers(i, p, site, before, chosen) {
  for (i = 1; i <= peerCount; i++) if (peers[i] > known && before == "") before = i
  if (before == "") before = 1
  for (i = 0; i < peerCount; i++) {
    p = peers[(before - 1 + i) % peerCount + 1]
    site = peer[p, "site"]
    if (p in disputed || p == known) continue
    if (peer[p, "role"] == "hub" && hubs < 2) { hubs++; chosen[p] = 1; probePeer(p) }
    else if (peer[p, "role"] != "hub" && !((site, peer[p, "role"]) in asked) && others < 6) { others++; asked[site, peer[p, "role"]] = 1; chosen[p] = 1; probePeer(p) }
  }
  # Who is a hub asks every kubelet, as the API server behind it does.
  if (self["role"] == "hub") for (i = 1; i <= peerCount && i <= 32; i++) {
    p = peers[i]
    probe(p, "kubelet", "tcp", "small", is4(peer[p, "ip"]) ? peer[p, "ip"] : "", kubeletPort)
  }
}
END {
  findDevices(); seePeers(); choosePeers()
  for (i = 1; i <= linkCount; i++) if (kind[links[i]] != "vxlan" && (links[i] == tunnel || (overlay == "wireguard-native" && (links[i] == device || links[i] == device6)))) print "ask", links[i]
  for (i = 1; i <= neighbourCount && pods < 3; i++) {
    split(neighbours[i], part, SUBSEP)
    if (part[1] == bridge && is4(part[2]) && neighbourMac[part[1], part[2]] != "") { pods++; print "pod", part[2] }
  }
  if (overlay == "vxlan" && device != "" && !(device in mtu)) print "module", "vxlan"
}

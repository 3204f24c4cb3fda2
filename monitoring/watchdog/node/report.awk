# What judge.awk found, by subject; each function adds the rows of its metrics.
function reportDevices(i, name, role, limit) {
  n = split("overlay overlay6 tunnel bridge uplink", role_, " ")
  for (i = 1; i <= n; i++) {
    role = role_[i]
    name = role == "overlay" ? device : role == "overlay6" ? device6 : role == "tunnel" ? tunnel : role == "bridge" ? bridge : uplink
    if (name == "") continue
    where = label("device", name) "," label("role", role)
    add("restitch_device_present", where, name in mtu ? 1 : 0)
    if (!(name in mtu)) continue
    add("restitch_device_up", where, up[name] + 0)
    add("restitch_device_mtu_bytes", where, mtu[name])
    limit = ""
    if (role ~ /^overlay/ && kind[name] == "vxlan" && lower[name] in mtu) limit = mtu[lower[name]] - (local_[name] ~ /:/ ? 70 : 50)
    else if (role ~ /^overlay/) limit = mtu[tunnel != "" && ownAddressOn(tunnel) ? tunnel : uplink] - 60
    else if (role == "tunnel" && uplink in mtu) limit = mtu[uplink] - 60
    if (limit != "") add("restitch_device_mtu_limit_bytes", where, limit)
    if (("forwarding." name) in setting) add("restitch_device_forwarding", label("device", name), setting["forwarding." name])
    reportAddresses(role, name)
  }
  if (self["pods6"] != "" && "forwarding6.all" in setting) add("restitch_device_forwarding", label("device", "all") "," label("family", 6), setting["forwarding6.all"])
  if ("forwarding.all" in setting) add("restitch_device_forwarding", label("device", "all"), setting["forwarding.all"])
}
function ownAddressOn(name) { return self["ip"] != "" && isOwn[self["ip"]] == name }
function reportAddresses(role, name, n, i, list, foreign, belongs, missing) {
  if (self["pods"] == "" || role !~ /^(overlay|bridge)$/) return
  belongs = role == "overlay" ? first(self["pods"]) : at(self["pods"], 1)
  missing = 1
  n = split(addresses[name], list, " ")
  for (i = 1; i <= n; i++) if (is4(list[i])) { if (first(list[i]) == belongs) missing = 0; else foreign++ }
  add("restitch_foreign_addresses", label("device", name), foreign + 0)
  if (role == "overlay") reportAttribute("address", missing)
}
# The overlay runs over the tunnel, and the node announces an address of another device of its own.
function announcedElsewhere() {
  return (self["ip"] in isOwn) && lower[device] == tunnel && tunnel != "" && isOwn[self["ip"]] != tunnel ? 1 : 0
}
function reportAttribute(what, wrong) { add("restitch_device_attribute_wrong", label("device", device) "," label("attribute", what), wrong ? 1 : 0) }
function reportAttributes() {
  if (device in mtu && port[device] != "") add("restitch_device_port", label("device", device), port[device])
  if (known == "" || device == "" || !(device in mtu)) return
  if (kind[device] == "vxlan") {
    if (self["vni"] != "") reportAttribute("vni", vni[device] != self["vni"])
    if (self["port"] != "") reportAttribute("port", port[device] != self["port"])
    if (self["mac"] != "") reportAttribute("mac", mac[device] != self["mac"])
    if (local_[device] != "") reportAttribute("local", !(local_[device] in isOwn) || ((self["ip"] in isOwn) && local_[device] != self["ip"] && !announcedElsewhere()))
    if (device6 in mtu && self["mac6"] != "") add("restitch_device_attribute_wrong", label("device", device6) "," label("attribute", "mac"), mac[device6] != self["mac6"] ? 1 : 0)
    if (device6 in mtu && self["pods6"] != "") add("restitch_device_attribute_wrong", label("device", device6) "," label("attribute", "address"), first(self["pods6"]) in isOwn ? 0 : 1)
  }
  if (self["key"] != "" && device in ownKey) reportAttribute("key", ownKey[device] != self["key"])
}
function reportEntries(i, p, parts, state, t) {
  for (i = 1; i <= peerCount; i++) {
    p = peers[i]
    if (p == known || p in disputed) continue
    if (is4(peer[p, "pods"])) { podNetwork[peer[p, "pods"]] = 1; podNetworkAt[bits(peer[p, "pods"]), network(peer[p, "pods"], bits(peer[p, "pods"]))] = peer[p, "pods"] }
    if (source == "seen") continue
    if (overlay == "vxlan") { if (device in mtu) judgeVxlan(p, 4, device); if (device6 in mtu) judgeVxlan(p, 6, device6) }
    else if (overlay == "wireguard-native") judgeNative(p)
    else judgeHostGw(p)
    if (device in mtu || overlay == "host-gw") escapes(p)
    carried(peer[p, "ip"], p)
    if (peer[p, "ip6"] != "") carried6(peer[p, "ip6"])
  }
  if (source == "seen" && overlay == "vxlan" && (device in mtu)) judgeSeen()
  if (source == "file" && overlay != "vxlan") judgeSecond()
  escapedParts()
  for (i = 1; i <= neighbourCount; i++) {
    split(neighbours[i], parts, SUBSEP)
    if (device == "" || parts[1] != device || parts[2] ~ /:/) continue
    state = neighbourState[parts[1], parts[2]]
    if (state ~ /^(STALE|FAILED|INCOMPLETE)$/) stale++
    if (source == "file" && !((parts[1], parts[2]) in wanted)) count["foreign", "neighbour", 4]++
  }
  for (t in count) { split(t, parts, SUBSEP); add("restitch_overlay_entries_" parts[1], label("table", parts[2]) "," label("family", parts[3]), count[t]) }
  if (!(("missing", "route", 4) in count)) add("restitch_overlay_entries_missing", label("table", "route") "," label("family", 4), 0)
  if (device != "" && overlay == "vxlan") { add("vxlan_fdb_entries_total", label("device", device), fdbCount[device] + 0); add("vxlan_stale_neighbor_entries", label("device", device), stale + 0) }
  add("flannel_route_via_wg0", "", size(viaTunnel))
  add("restitch_pod_networks_elsewhere", "", size(elsewhere))
  add("restitch_expected_peers", label("source", source), peerCount - (((known, "") in peer) ? 1 : 0))
  add("restitch_expected_conflicts", "", known in disputed ? size(conflict) : 0)
  if (tunnel in ownKey) { add("restitch_tunnel_addresses_refused", "", refused + 0); add("restitch_tunnel_routes_missing", "", unrouted + 0) }
  if (self["pods"] != "" && bridge in mtu) add("restitch_own_pods_elsewhere", "", astray(at(self["pods"], 2)) + astray(later(self["pods"])))
  add("restitch_pod_ways_by_policy", "", size(byPolicy))
  if (self["ip"] != "" && device in mtu) add("restitch_announced_address_foreign", "", announcedElsewhere())
  if (self["tunneladdress"] != "" && tunnel in mtu) add("restitch_tunnel_address_missing", "", isOwn[self["tunneladdress"]] == tunnel ? 0 : 1)
}
function astray(address) {
  if (way[address] == bridge) return 0
  if (ruled(address)) byPolicy[address] = 1
  return 1
}
function peerName(name, key, i, n, part, p) {
  n = split(wgAllowed[name, key], part, ",")
  for (i = 1; i <= n; i++) if (first(part[i]) in nameOf && bits(part[i]) == 32) return nameOf[first(part[i])]
  for (i = 1; i <= n; i++) if (part[i] in nameOf) return nameOf[part[i]]
  for (i = 1; i <= n; i++) if (part[i] in nameIn) return nameIn[part[i]]
  return wgPeers[name] == 1 && hubName != "" ? hubName : fingerprint(key)
}
function isStale(name, key) { return wgSent[name, key] > 0 && now - wgSeen[name, key] > STALE_SECONDS }
function reportPeer(name, key, where) {
  where = label("device", name) "," label("peer", peerName(name, key))
  add("restitch_wireguard_handshake_age_seconds", where, wgSeen[name, key] > 0 ? now - wgSeen[name, key] : "+Inf")
  add("restitch_wireguard_received_bytes_total", where, wgGot[name, key])
  add("restitch_wireguard_sent_bytes_total", where, wgSent[name, key])
  add("restitch_wireguard_peer_key_info", where "," label("key", fingerprint(key)), 1)
  add("restitch_wireguard_endpoint_changes_total", where, changes[name, key] + 0)
  add("restitch_wireguard_endpoint_inside", where, endpointInside(name, wgEndpoint[name, key]))
}
function endpointInside(name, endpoint, i, n, list) {
  sub(/:[0-9]+$/, "", endpoint)
  if (!is4(endpoint)) return 0
  n = split(connected[name], list, " ")
  for (i = 1; i <= n; i++) if (within(endpoint, list[i])) return 1
  return self["pods"] != "" && within(endpoint, setting["cluster"] == "" ? self["pods"] : setting["cluster"]) ? 1 : 0
}
function reportWireguard(i, j, p, name, key, listed, staleCount) {
  for (i = 1; i <= peerCount; i++) {
    p = peers[i]
    if (peer[p, "ip"] != "") nameOf[peer[p, "ip"]] = p
    if (peer[p, "tunneladdress"] != "") nameOf[peer[p, "tunneladdress"]] = p
    if (peer[p, "pods"] != "") nameOf[peer[p, "pods"]] = p
    if (peer[p, "role"] == "hub") hubName = hubName == "" ? p : hubName
  }
  for (name in ownKey) {
    listed = staleCount = 0
    add("restitch_wireguard_key_info", label("device", name) "," label("pod", "") "," label("key", fingerprint(ownKey[name])), 1)
    for (i = 1; i <= wgPeers[name]; i++) {
      key = wgKey[name, i]
      if (((name, key) in lastEndpoint) && wgEndpoint[name, key] != "(none)" && lastEndpoint[name, key] != "(none)" && lastEndpoint[name, key] != wgEndpoint[name, key]) changes[name, key]++
      print name, key, wgEndpoint[name, key], changes[name, key] + 0 > endpointsFile
      if (isStale(name, key)) { staleCount++; if (listed < MOST_PEERS) { listed++; reportPeer(name, key) } }
    }
    for (i = 1; i <= wgPeers[name] && listed < MOST_PEERS; i++) if (!isStale(name, wgKey[name, i])) { listed++; reportPeer(name, wgKey[name, i]) }
    add("restitch_wireguard_peers", label("device", name), wgPeers[name] + 0)
    add("restitch_wireguard_peers_stale", label("device", name), staleCount)
    add("restitch_wireguard_userspace", label("device", name), kind[name] == "tun" && setting["wireguard-module"] == 1 ? 1 : 0)
  }
}
function reportProbes(i) {
  for (i = 1; i <= probes; i++) {
    if (sent[i] > 0 && tooLong[i] && got[i] + 0 == 0) add("restitch_probe_too_long", target[i], 1)
    else if (sent[i] > 0) add("restitch_probe_lost_ratio", target[i], (sent[i] - got[i]) / sent[i])
    else if (protocol[i] == "udp") reportDatagrams(i)
    else if (protocol[i] == "tcp" && (i in status) && status[i] != 127) add("restitch_probe_lost_ratio", target[i], status[i] == 0 || answered[i] ? 0 : 1)
    else if (protocol[i] == "icmp" && (i in status) && (status[i] == 2 || status[i] == 1)) add("restitch_probe_lost_ratio", target[i], 1)
  }
}
# A filter may always have dropped what nobody listens to: only who has answered once is said to answer no more. The full size says
# something only beside a small datagram that was answered in the same run.
function reportDatagrams(i, to) {
  to = asked[i]
  if (!(i in status) || status[i] == 127) { if (to in answersUdp) print to > answeredFile; return }
  if ((i, "small") in datagram) answersUdp[to] = 1
  if (!(to in answersUdp)) return
  print to > answeredFile
  add("restitch_probe_lost_ratio", ofSize(i, "small"), (i, "small") in datagram ? 0 : 1)
  if ((i, "small") in datagram) add("restitch_probe_lost_ratio", ofSize(i, "full"), (i, "full") in datagram ? 0 : 1)
}
function ofSize(i, size_, labels) { labels = target[i]; sub(/size="both"/, label("size", size_), labels); return labels }
function reportHost(i, down) {
  add("restitch_kubelet_listening", "", listening + 0); add("restitch_kubelet_waiting", "", waiting + 0)
  for (i = 1; i <= linkCount; i++) if (master[links[i]] == bridge && !carrier[links[i]]) down++
  add("restitch_bridge_ports_down", label("device", bridge), down + 0)
  add("restitch_conntrack_dropped_total", "", sprintf("%.0f", counter["nf_conntrack.drop"] + counter["nf_conntrack.early_drop"]))
  add("restitch_neighbour_table_full_total", "", sprintf("%.0f", counter["arp_cache.table_fulls"]))
  add("restitch_checksum_errors_total", label("protocol", "tcp"), counter["Tcp:InCsumErrors"] + 0)
  add("restitch_checksum_errors_total", label("protocol", "udp"), counter["Udp:InCsumErrors"] + 0)
  add("restitch_reverse_path_dropped_total", "", counter["TcpExt:IPReversePathFilter"] + 0)
  if (setting["env"] != "") add("restitch_subnet_env_matches", "", envMatches() ? 1 : 0)
  if (self["pods"] != "") add("restitch_pod_addresses_capacity", "", power(32 - bits(self["pods"])) - 3)
}
function envMatches() {
  if (self["pods"] != "" && network(setting["subnet"], bits(self["pods"])) != network(self["pods"], bits(self["pods"]))) return 0
  return setting["subnet"] != ""
}
END {
  findDevices(); seePeers()
  reportDevices(); reportAttributes(); reportEntries(); reportWireguard(); reportProbes(); reportHost()
  add("restitch_watchdog_info", label("overlay", overlay) "," label("pool", self["pool"]) "," label("site", self["site"]) "," label("hub", self["hub"]) "," label("role", self["role"]) "," label("tunnel", tunnel), 1)
  add("restitch_watchdog_last_run_timestamp_seconds", "", now)
  add("restitch_watchdog_duration_seconds", "", now - startedAt)
  for (i = 1; i <= metricCount; i++) if (metrics[i] in rows) printf "# HELP %s %s\n# TYPE %s %s\n%s", metrics[i], help[metrics[i]], metrics[i], type[metrics[i]], rows[metrics[i]]
}

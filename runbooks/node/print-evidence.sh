# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# print_evidence LEFT-OUT…: the readings as one line of JSON. LEFT-OUT shortens it: wireguard-keys (cut to 10 characters),
# wireguard-others (peers outside the focus), ipv6, fdb, neighbours. Everything left out is listed in `unseen`; an empty table is not
# left out. A peer whose neighbour, route and, if it has one, forwarding entry belong together is one row of `overlay`.
print_evidence() {
  omit=$*
  set -- "$work/sums" "$work/links" "$work/addresses" "$work/neighbours" "$work/fdb" "$work/routes" "$work/rules" "$work/ways" \
    "$work/ipv6-neighbours" "$work/ipv6-fdb" "$work/ipv6-routes" \
    "$work/wireguard" "$work/flannel-wireguard" "$work/ipv6-flannel-wireguard" "$work/sysctls" "$work/proc"
  [ -z "$before" ] || set -- "$@" "$work/wireguard.before" "$work/flannel-wireguard.before" "$work/proc.before"
  for file in "$root/run/flannel/subnet.env" "$net_conf" "$work/service-rules" "$proc/net/ip_vs" "$work/flows"; do [ ! -r "$file" ] || set -- "$@" "$file"; done
  set -- "$@" "$work/unseen"
  for file in "$work"/probe.*; do [ ! -e "$file" ] || set -- "$@" "$file"; done
  awk "$awk_text$awk_service_rules$awk_rows$awk_focus"'
    BEGIN {
      split(ENVIRON["SSM_digests"], digests, "/"); split("neighbours fdb routes", compared, " ")
      for (t = 1; t <= 3; t++) { buckets = split(digests[t], wanted, ","); for (b = 1; b <= buckets; b++) expected[compared[t] "." b - 1] = wanted[b] }
    }
    # of no rows at all the checksum is this one
    function isExpected(key) { return (key in expected) && expected[key] == (key in found_sum ? found_sum[key] : 4294967295) }
    function agrees(table, line, address, key) { key = buckets && line != "" ? bucket(table, address) : ""; return key != "" && isExpected(key) }
    function printAgreements(t, b, list) {
      if (!buckets) return ""
      for (t = 1; t <= 3; t++) {
        list = list (t > 1 ? "," : "") text(compared[t]) ":\""
        for (b = 0; b < buckets; b++) list = list (isExpected(compared[t] "." b) ? 1 : 0)
        list = list "\""
      }
      return ",\"agrees\":{" list "}"
    }
    FILENAME ~ /\/sums$/ { name = $3; sub(/.*\//, "", name); sub(/[.]rows$/, "", name); found_sum[name] = $1; next }
    function orNull(s) { return s == "" ? "null" : text(s) }
    function bool(b) { return b ? "true" : "false" }
    function add(list, item) { out[list] = out[list] (out[list] == "" ? "" : ",") item }
    function gap(what, why) { if ((what, why) in isTold) return; isTold[what, why] = 1; isGap[what] = 1; add("unseen", "{\"what\":" text(what) ",\"why\":" text(why) "}") }
    function omits(what) { return index(" " omit " ", " " what " ") > 0 }
    function after(words, name, w, n, i) { n = split(words, w, " "); for (i = 1; i < n; i++) if (w[i] == name) return w[i + 1]; return "" }
    function wireguard(of, dev) {
      if (!(of in wgKey)) return "null"
      return "{\"interface\":" text(dev) ",\"publicKey\":" (wgKey[of] == "(none)" ? "null" : text(wgKey[of])) ",\"listenPort\":" wgPort[of] + 0 ",\"peers\":[" out[of] "]}"
    }
    # what probes changed, as it was before the first one; of peers those in the focus
    function printBefore() {
      if (before == "") return ""
      return ",\"before\":{\"collectedAt\":" before ",\"wireguard\":" wireguard("wireguard.before", wg) ",\"flannelWireGuard\":" wireguard("flannel-wireguard.before", flannelDevice) \
        ",\"counters\":{" out["counters.before"] "}}"
    }
    # the value of a key in a piece of JSON, without quotes; null where it is not set
    function json(piece, key, v) {
      if (!match(piece, "\"" key "\"[ \t]*:[ \t]*")) return "null"
      v = substr(piece, RSTART + RLENGTH); sub(/[ \t]*[,}].*/, "", v); gsub(/"/, "", v)
      return v
    }
    function whole(v) { return v ~ /^[0-9]+$/ ? v : "null" }
    function printNetConf(backend, type, direct) {
      if (!match(netConf, /"Backend"[ \t]*:[ \t]*[{][^}]*[}]/)) return
      backend = substr(netConf, RSTART + 9, RLENGTH - 9); type = json(backend, "Type"); direct = json(backend, "DirectRouting")
      return ",\"netConf\":{\"backend\":" (type == "null" ? type : text(substr(type, 1, 32))) ",\"port\":" whole(json(backend, "Port")) ",\"vni\":" whole(json(backend, "VNI")) \
        ",\"directRouting\":" (direct ~ /^(true|false)$/ ? direct : "null") ",\"mtuBytes\":" whole(json(backend, "MTU")) "}"
    }
    function printKernel(n, w, i, pair, list) {
      if (release == "") return
      n = split(modules, w, " ")
      for (i = 1; i <= n; i++) { split(w[i], pair, "="); list = list (list == "" ? "" : ",") text(pair[1]) ":" text(pair[2]) }
      return ",\"kernel\":{\"release\":" text(release) ",\"modules\":{" list "}}"
    }
    function printCniFiles(n, w, i, list) {
      n = split(cniFiles, w, "/")
      for (i = 2; i <= n && i <= 17; i++) list = list (list == "" ? "" : ",") text(substr(w[i], 1, 64))
      return ",\"cniFiles\":[" list "]"
    }
    # a route; HOST is the prefix of one that is printed without
    function row(host) {
      if ($1 != "default" && $1 !~ /\//) $1 = $1 host
      mtu = field("mtu"); if (mtu == "lock") mtu = field("lock")
      protocol = field("proto"); if (protocol == "") protocol = "boot"
      scope = field("scope"); if (scope == "global") scope = ""
      return "[" text($1) "," orNull(field("via")) "," text(field("dev")) "," bool(has("onlink")) "," mtu + 0 "," text(protocol) "," orNull(scope) "," orNull(field("src")) "," field("metric") + 0 "]"
    }
    # what was asked of IPv6, unless it was left out
    function printIpv6() {
      if (flannelDeviceV6 == "" || omits("ipv6")) return ""
      return ",\"ipv6\":{\"neighbours\":[" out["ipv6-neighbours"] "],\"fdb\":[" out["ipv6-fdb"] "],\"routes\":[" out["ipv6-routes"] "],\"flannelWireGuard\":" wireguard("ipv6-flannel-wireguard", flannelDeviceV6) \
        ",\"pods\":{\"addresses\":[" out["pods6"] "],\"silent\":[" out["silent6"] "]}}"
    }
    # why a probe says nothing about the path: the program cannot do it
    function cannot(status) {
      if (status == 127) return mode == "connect" ? "no program that makes TCP connections" : "ping: not found"
      if (mode == "connect") return received == 0 && said ~ /No such file|[Nn]ot supported|[Ii]nvalid option|unrecognized|[Uu]sage/ ? said : ""
      if (status < 2 || sent > 0 || said ~ /connect: |[Uu]nreachable|No route to host/) return ""
      return said == "" ? "ping: exit code " status : said
    }
    function end_probe(status, killed) {
      killed = status == 124 || status == 137 || status == 143
      if (mode == "connect") { if (status == 0) received = 1; sent = received || tried || !killed }
      # a search that was broken off has found nothing out
      if (mode == "search") refused = killed ? "a search for the MTU could not be finished" : ""
      else refused = killed && mode != "connect" ? "" : cannot(status)
      # the kernel itself refused: every packet that was to be sent
      if (refused == "" && sent == 0 && status > 1 && !killed && mode != "search") sent = mode == "hop" ? 2 : 10
      if (refused != "") { if (!(refused in told)) gap(mode == "connect" ? "tcp" : mode == "search" ? "search" : "probes", refused); told[refused] = 1 }
      else add("probes", "{\"name\":" text(probe) ",\"address\":" text(target) ",\"payloadBytes\":" payload + 0 ",\"mode\":" text(mode) ",\"sent\":" sent + 0 \
        ",\"received\":" received + 0 ",\"rttMs\":" (rtt == "" ? "null" : rtt) (rttMax == "" ? "" : ",\"rttMaxMs\":" rttMax) ",\"tooLong\":" bool(long) ",\"foundPayloadBytes\":" (found == "" ? "null" : found) "}")
    }
    FILENAME ~ /\/links$/ {
      name = $2; sub(/[@:].*/, "", name)
      parts = split($0, part, "\\"); kind = "device"; attributes = ""
      for (p = 3; p <= parts; p++) {
        split(part[p], word, " ")
        if (word[1] ~ /^(vxlan|wireguard|tun|bridge|veth)$/) { kind = word[1]; attributes = part[p]; break }
      }
      links++; named[links] = name; kinds[links] = kind; isUp[links] = ($3 ~ /[<,]UP[,>]/)
      if (kind == "veth" && field("master") != "") { podMtu[field("mtu")]++; veth[field("master")]++; if (!isUp[links]) vethDown[field("master")]++ }
      mtus[links] = field("mtu"); macs[links] = field("link/ether"); vxlan[links] = "null"
      if (kind == "vxlan")
        vxlan[links] = "{\"vni\":" after(attributes, "id") + 0 ",\"port\":" after(attributes, "dstport") + 0 ",\"local\":" orNull(after(attributes, "local")) \
          ",\"dev\":" orNull(after(attributes, "dev")) ",\"learning\":" bool(attributes !~ / nolearning( |$)/) "}"
      next
    }
    FILENAME ~ /\/addresses$/ { if ($3 ~ /^inet6?$/ && $2 != "lo") { address[++addresses] = "[" text($2) "," text($4) "]"; addressDev[addresses] = $2 } next }
    FILENAME ~ /\/neighbours$/ && agrees("neighbours", neighbour_line(), $1) { next }
    FILENAME ~ /\/fdb$/ && agrees("fdb", forwarding_line(), leads_to()) { next }
    FILENAME ~ /\/neighbours$/ { if (omits("neighbours")) dropped["neighbours"] = 1; else { neighbour[++neighbours] = $1; lladdr[neighbours] = field("lladdr"); state[neighbours] = $NF } next }
    FILENAME ~ /\/fdb$/ { if (leads_to() != "") if (omits("fdb")) dropped["fdb"] = 1; else { fdbMac[++entries] = $1; fdbDst[entries] = leads_to(); copies[$1]++; entryOf[$1] = entries } next }
    FILENAME ~ /\/ipv6-/ && omits("ipv6") { dropped["ipv6"] = 1; next }
    FILENAME ~ /\/ipv6-neighbours$/ { add("ipv6-neighbours", "[" text($1) "," orNull(field("lladdr")) "," text($NF) "]"); next }
    FILENAME ~ /\/ipv6-fdb$/ { if (leads_to() != "") add("ipv6-fdb", "[" text($1) "," text(leads_to()) "]"); next }
    FILENAME ~ /\/ipv6-routes$/ { if (/ dev / && $1 ~ /^([0-9a-f:\/]+|default)$/ && $1 !~ /^(fe80|ff[0-9a-f]*):/) add("ipv6-routes", row("/128")); next }
    FILENAME ~ /\/routes$/ {
      if ($1 == "default" && uplink == "") uplink = field("dev")
      if (agrees("routes", route_line(), field("via"))) next
      route[++routes] = row("/32")
      if (is_own_route()) {
        routeOf[field("via")] = routes; split($1, cidr, "/"); prefix[routes] = cidr[2]
      }
      next
    }
    FILENAME ~ /\/rules$/ {
      priority = $1 + 0; $1 = ""; sub(/ proto [a-z0-9]+ *$/, ""); gsub(/^ +| +$/, "")
      if ((priority == 0 && $0 == "from all lookup local") || (priority == 32766 && $0 == "from all lookup main") || (priority == 32767 && $0 == "from all lookup default")) next
      if (++rules <= 32) add("rules", "[" priority "," text(substr($0, 1, 160)) "]")
      next
    }
    FILENAME ~ /\/ways$/ {
      if ($1 == "none") { add("ways", "{\"address\":" text($2) ",\"device\":null,\"gateway\":null,\"source\":null,\"table\":null,\"cachedMtuBytes\":0}"); next }
      # where there are no rules of its own, a kernel keeps the table `local` within `main`
      type = $1; if (type !~ /^[0-9]/) sub(/^[a-z]+ /, "")
      mtu = field("mtu"); if (mtu == "lock") mtu = field("lock")
      # a path MTU that was learned expires; one without is the own MTU of the route
      if (!has("expires")) mtu = 0
      table = field("table"); if (type == "local") table = type; else if (table == "main") table = ""
      add("ways", "{\"address\":" text($1) ",\"device\":" orNull(field("dev")) ",\"gateway\":" orNull(field("via")) ",\"source\":" orNull(field("src")) ",\"table\":" orNull(table) ",\"cachedMtuBytes\":" mtu + 0 (mtu ? ",\"expiresSeconds\":" field("expires") + 0 : "") "}")
      next
    }
    FILENAME ~ /wireguard([.]before)?$/ {
      n = split($0, w, "\t"); of = FILENAME; sub(/.*\//, "", of)
      if (FNR == 1) { wgKey[of] = w[2]; wgPort[of] = w[3]; next }
      if (of ~ /before$/ && !inFocus()) next
      if (omits("wireguard-others") && !inFocus()) { dropped["wireguard-others"] = 1; next }
      if (omits("wireguard-keys") && !inFocus()) { dropped["wireguard-keys"] = 1; w[1] = substr(w[1], 1, 10) }
      gsub(/,/, "\",\"", w[4])
      add(of, "{\"publicKey\":" text(w[1]) ",\"endpoint\":" (w[3] == "(none)" ? "null" : text(w[3])) ",\"allowedIps\":[" (w[4] == "(none)" ? "" : "\"" w[4] "\"") \
        "],\"latestHandshakeAt\":" (w[5] ~ /^[0-9]+$/ ? w[5] : 0) ",\"receivedBytes\":" (w[6] ~ /^[0-9]+$/ ? w[6] : 0) ",\"sentBytes\":" (w[7] ~ /^[0-9]+$/ ? w[7] : 0) ",\"keepaliveSeconds\":" w[8] + 0 "}")
      next
    }
    FILENAME ~ /\/proc$/ {
      if ($1 == "kubelet") kubelet = "{\"listening\":" bool($2) ",\"unheard\":" bool($3) "}"
      else add("counters", text($2) ":" $3)
      next
    }
    FILENAME ~ /\/proc[.]before$/ { if ($1 == "counter") add("counters.before", text($2) ":" $3); next }
    FILENAME ~ /\/sysctls$/ { gsub(/\//, ".", $1); if ($3 ~ /^-?[0-9]+$/) add("sysctls", text($1) ":" $3); next }
    FILENAME ~ /\/subnet.env$/ { split($0, kv, "="); env[kv[1]] = kv[2]; next }
    FILENAME ~ /\/net-conf.json$/ { netConf = netConf " " $0; next }
    FILENAME ~ /\/ip_vs$/ { if (/^(TCP|UDP|SCTP|FWM) /) virtual++; next }
    FILENAME ~ /\/service-rules$/ { readServiceRules(); next }
    FILENAME ~ /\/flows$/ { add("flows", "[" text($1) "," text($2) "," text($3) "," $4 + 0 "]"); next }
    FILENAME ~ /\/unseen$/ { what = $1; sub(/^[^\t]*\t/, ""); gap(what, $0); next }
    FILENAME ~ /\/probe[.][0-9]+$/ {
      if (FNR == 1) { probe = $2; target = $3; payload = $4; mode = $5; sent = received = long = tried = 0; rtt = rttMax = said = found = ""; next }
      if ($1 == "found") { found = $2; received = 1; next }
      if ($1 == "status") { end_probe($2); next }
      if (mode == "connect") {
        if (/^trying|Trying |Connecting to/) tried = 1
        if (/[Rr]efused|[Cc]onnected|succeeded| open$|server returned|error getting response/) received = 1
        else if (said == "") said = $0
        next
      }
      if (/packets transmitted/) { sent = $1; if (mode == "echo") for (i = 1; i <= NF; i++) if ($i ~ /^received/) received = $(i - 1) }
      else if (/min\/avg/) { split($0, r, "[=/]"); rtt = r[6] + 0; rttMax = r[7] + 0 }
      else if (/[Mm]essage too long|[Ff]rag needed|Packet too big/) long = 1
      else if (mode == "hop" && /[Tt]ime to live exceeded|Time Exceeded/) received++
      else if (said == "" && !/^PING/) said = $0
      next
    }
    END {
      for (n = 1; n <= neighbours; n++) {
        mac = lladdr[n]; ip = neighbour[n]
        if (mac != "" && copies[mac] + 0 <= 1 && !(ip in joined) && (ip in routeOf) && copies[mac] != -1) {
          bare = mac; gsub(/:/, "", bare)
          add("overlay", "[" text(ip) "," text(bare) "," text(state[n]) "," (mac in entryOf ? text(fdbDst[entryOf[mac]]) : "null") "," prefix[routeOf[ip]] "]")
          if (mac in entryOf) copies[mac] = -1
          joined[ip] = merged[routeOf[ip]] = 1
        } else add("neighbours", "[" text(ip) "," orNull(mac) "," text(state[n]) "]")
      }
      for (e = 1; e <= entries; e++) if (copies[fdbMac[e]] != -1) add("fdb", "[" text(fdbMac[e]) "," text(fdbDst[e]) "]")
      for (k = 1; k <= routes; k++) if (!(k in merged)) add("routes", route[k])
      for (m in podMtu) add("podMtus", "[" m "," podMtu[m] "]")
      for (l = 1; l <= links; l++) if (kinds[l] ~ /^(vxlan|wireguard|tun|bridge)$/ || named[l] == uplink) {
        shown[named[l]] = 1
        add("links", "{\"name\":" text(named[l]) ",\"kind\":" text(kinds[l]) ",\"up\":" bool(isUp[l]) ",\"mtuBytes\":" mtus[l] + 0 ",\"mac\":" orNull(macs[l]) ",\"vxlan\":" vxlan[l] "}")
      }
      for (a = 1; a <= addresses; a++) if (addressDev[a] in shown) add("addresses", address[a])
      n = split(omit, left, " ")
      for (i = 1; i <= n; i++) if (left[i] in dropped) gap(left[i], "too many entries for the output of one command")
      if (rules > 32) gap("rules", "more than 32")
      n = split(podsAlive, w, " "); for (i = 1; i <= n; i++) add(w[i] ~ /:/ ? "pods6" : "pods", text(w[i]))
      n = split(podsSilent, w, " "); for (i = 1; i <= n; i++) add(w[i] ~ /:/ ? "silent6" : "silent", text(w[i]))
      n = split(cniNetworks, w, "/"); for (i = 2; i <= n && i <= 9; i++) add("cniNetworks", text(substr(w[i], 1, 64)))
      n = split(agents, w, " "); for (i = 1; i <= n; i++) add("agents", text(w[i]))
      for (l = 1; l <= links; l++) if (kinds[l] == "bridge") { veths += veth[named[l]]; vethsDown += vethDown[named[l]] }
      subnet = "null"
      if ("FLANNEL_SUBNET" in env) subnet = "{\"network\":" text(env["FLANNEL_NETWORK"]) ",\"subnet\":" text(env["FLANNEL_SUBNET"]) ",\"mtuBytes\":" env["FLANNEL_MTU"] + 0 (env["FLANNEL_IPMASQ"] ~ /^(true|false)$/ ? ",\"masquerades\":" env["FLANNEL_IPMASQ"] : "") "}"
      print "{\"schema\":\"restitch/node-evidence/1\",\"hostname\":" text(host) ",\"collectedAt\":" now ",\"links\":[" out["links"] "],\"addresses\":[" out["addresses"] "],\"flannelDevice\":" text(flannelDevice) ",\"overlay\":[" out["overlay"] "],\"routes\":[" out["routes"] \
        "],\"neighbours\":[" out["neighbours"] "],\"fdb\":[" out["fdb"] "],\"wireguard\":" wireguard("wireguard", wg) ",\"flannelWireGuard\":" wireguard("flannel-wireguard", flannelDevice) ",\"sysctls\":{" out["sysctls"] "},\"subnetEnv\":" subnet \
        ",\"pods\":{\"addresses\":[" out["pods"] "],\"mtus\":[" out["podMtus"] "],\"allocated\":" (allocated == "" ? "null" : allocated) ",\"veths\":" veths + 0 ",\"vethsDown\":" vethsDown + 0 ",\"silent\":[" out["silent"] "],\"networks\":[" out["cniNetworks"] "]},\"agents\":[" out["agents"] "],\"kubelet\":" kubelet \
        ",\"probes\":[" out["probes"] "]" ("rules" in isGap ? "" : ",\"rules\":[" out["rules"] "]") ("ways" in isGap || ways == "" ? "" : ",\"ways\":[" out["ways"] "]") \
        ",\"counters\":{" out["counters"] "}" printBefore() printAgreements() printIpv6() printKernel() (machineId == "" ? "" : ",\"machineId\":" text(machineId)) printNetConf() printCniFiles() (txChecksum == "" ? "" : ",\"txChecksum\":" text(txChecksum)) (flowsKnown ? ",\"flows\":[" out["flows"] "]" : "") (rulesUnknown ? "" : serviceRules()) ",\"unseen\":[" out["unseen"] "]}"
    }
  ' wg="$SSM_wireguardDevice" flannelDevice="$SSM_flannelDevice" flannelDeviceV6="$SSM_flannelDeviceV6" focus="$SSM_focus" ways="$SSM_ways" host="$host" before="$before" now="$now" omit="$omit" \
    allocated="$cni_allocated" podsAlive="$pods_alive" podsSilent="$pods_silent" cniNetworks="$cni_networks" agents="$agents" release="$release" modules="$modules_known" cniFiles="$cni_files" \
    machineId="$machine_id" txChecksum="$tx_checksum" flowsKnown="$flows_known" wantedChains="$service_chains" rulesUnknown="$rules_unknown" "$@"
}

# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# diagnose: reads the overlay's state and measures paths. It changes nothing and judges nothing.
# Parameters: flannelDevice (of either backend), wireguardDevice, probes (comma list of name/address/payloadBytes/mode; empty:
# no packet is sent), focus (comma list of tunnel addresses, pod networks and public keys: the WireGuard peers to print when
# there are too many to print all).
# Modes: echo; hop, a packet that expires one hop behind the peer, so that only the way to it must carry the size; search,
# the largest packet that is answered.
action=diagnose
need flannelDevice wireguardDevice probes focus
need_device flannelDevice
need_device wireguardDevice
one_probe='[a-z0-9.-]+/[0-9a-f.:]+/[0-9]{1,5}/(echo|hop|search)'
[ -z "$SSM_probes" ] || matches "$SSM_probes" "$one_probe(,$one_probe)*" || answer refused 'probes have a form that is not ours'
[ -z "$SSM_focus" ] || matches "$SSM_focus" '[A-Za-z0-9+/=.:]+(,[A-Za-z0-9+/=.:]+)*' || answer refused 'focus has a form that is not ours'

: >"$work/unseen"
# unseen WHAT WHY: records what could not be read. An absent device is not recorded: its tables are empty
unseen() {
  case $2 in *'does not exist'* | *'Cannot find device'* | *'No such device'*) return 0 ;; esac
  printf '%s\t%s\n' "$1" "$2" >>"$work/unseen"
}

# why_failed STATUS COMMAND FILE: exit codes 124, 137 and (busybox) 143 mean a time-out, 127 a missing program
why_failed() {
  case $1 in
  124 | 137 | 143) echo timeout ;;
  127) echo "$2: not found" ;;
  *) why=$(head -n 1 "$3" | tr '\t' ' ') && echo "${why:-exit code $1}" ;;
  esac
}

# see WHAT COMMAND…: writes its output to $work/WHAT; records a failure or a time-out as unseen
see() {
  what=$1
  shift
  bound=3 listed "$@" >"$work/$what" 2>"$work/error"
  status=$?
  # A table that changed during every attempt counts as not read.
  ! grep -q 'Dump was interrupted' "$work/error" || status=1
  [ "$status" -ne 0 ] || return 0
  : >"$work/$what"
  unseen "$what" "$(why_failed "$status" "$1" "$work/error")"
}

# In the dump the private key is the first field of line 1, a preshared key the second field of every other line. Both are
# replaced before anything is stored.
# see_wireguard WHAT DEVICE
see_wireguard() {
  : >"$work/$1"
  grep "^[0-9]*: $2[:@]" "$work/links" | grep -vq '\\ *vxlan ' || return 0
  {
    bound=3 bounded wg show "$2" dump 2>"$work/$1.error"
    echo $? >"$work/$1.status"
  } | awk -F '\t' -v OFS='\t' '{ $(NR == 1 ? 1 : 2) = "-"; print }' >"$work/$1"
  status=$(cat "$work/$1.status")
  [ "$status" -ne 0 ] || return 0
  : >"$work/$1"
  unseen "$1" "$(why_failed "$status" wg "$work/$1.error")"
}

see_sysctls() {
  : >"$work/sysctls"
  for key in net.ipv4.ip_forward net.ipv4.conf.all.rp_filter "net.ipv4.conf.$(printf '%s' "$SSM_flannelDevice" | tr . /).rp_filter"; do
    if value=$(bound=2 bounded sysctl -n "$key" 2>"$work/error"); then
      printf '%s %s\n' "$(printf '%s' "$key" | tr / .)" "$value" >>"$work/sysctls"
    else
      status=$?
      why=$(why_failed "$status" sysctl "$work/error")
      # an absent device has no parameters
      case $why in *'cannot stat'*) ;; *) unseen sysctls "$why" ;; esac
    fi
  done
}

# see_pods: pods of this node that can answer probes of other hosts. Neighbour tables also hold addresses of pods that are
# gone, so each is pinged.
see_pods() {
  see neighbours.all ip -4 neigh show
  awk 'FILENAME ~ /links$/ { if ($0 ~ /\\ +bridge /) { sub(/[@:].*/, "", $2); bridge[$2] = 1 } next }
    { for (i = 2; i < NF; i++) if ($i == "dev" && ($(i + 1) in bridge) && / lladdr / && shown[$(i + 1)]++ < 4) print $1 }
  ' "$work/links" "$work/neighbours.all" >"$work/pod-candidates"
  : >"$work/pods"
  while read -r address; do
    timeout -k 1 2 ping -n -c 1 -W 1 "$address" >/dev/null 2>&1 && printf '%s\n' "$address" >>"$work/pods" &
  done <"$work/pod-candidates"
  cni_allocated=''
  for file in "$root"/var/lib/cni/networks/*; do
    [ -d "$file" ] && cni_allocated=0
  done
  for file in "$root"/var/lib/cni/networks/*/*.*.*.*; do
    [ -f "$file" ] && cni_allocated=$((cni_allocated + 1))
  done
}

# see_agents: names of running agents (flanneld, k3s, RKE2, kubelet) in this network namespace, so without pods' processes.
see_agents() {
  here=$(readlink /proc/self/ns/net)
  for process in /proc/[0-9]*; do
    read -r name <"$process/comm" || continue
    case $name in flanneld | k3s* | rke2* | kubelet) ;; *) continue ;; esac
    [ "$(readlink "$process/ns/net")" = "$here" ] && printf '%s\n' "$name"
  done 2>/dev/null | sort -u >"$work/agents"
}

# see_kubelet: whether anything listens on the kubelet's port (10250 is 280A), and whether connections wait unaccepted.
see_kubelet() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
    $4 == "0A" && $2 ~ /:280A$/ { listening = 1; split($5, queue, ":"); if (queue[2] != "00000000") waiting = 1 }
    END { print listening + 0, waiting + 0 }' >"$work/kubelet"
}

# candidate N: the Nth packet length of a search. WireGuard pads to 16 bytes, so lengths in between give the same result.
candidate() {
  if [ "$1" -eq "$steps" ]; then echo "$most"; else echo $((512 + 16 * $1)); fi
}

# search ADDRESS PAYLOAD: divides the range by eight in each round and probes all points at once, until two adjacent
# lengths differ
search() {
  most=$(($2 + 28)) steps=$((($2 + 28 - 512 + 15) / 16)) low=0
  [ "$steps" -ge 1 ] || steps=1
  high=$((steps + 1)) points=$steps
  while [ $((high - low)) -gt 1 ]; do
    width=$(((high - low + 7) / 8)) point=$low
    while point=$((point + width)) && [ "$point" -lt "$high" ]; do points="$points $point"; done
    for point in $points; do
      timeout -k 1 4 ping -n -M 'do' -c 2 -i 0.2 -W 1 -s $(($(candidate "$point") - 28)) "$1" >/dev/null 2>&1 &&
        : >"$work/search.$number.$point" &
    done
    wait
    for point in $points; do
      [ -e "$work/search.$number.$point" ] && [ "$point" -gt "$low" ] && low=$point
    done
    for point in $points; do
      [ "$point" -gt "$low" ] && [ "$point" -lt "$high" ] && high=$point
    done
    points=''
  done
  [ "$low" -eq 0 ] || printf 'found %s\n' $(($(candidate "$low") - 28))
}

# start_probes: all at the same time. `-M do`: the packet must not be fragmented.
start_probes() {
  mkdir "$work/probes"
  [ -n "$SSM_probes" ] || return 0
  printf '%s\n' "$SSM_probes" | tr ',' '\n' >"$work/probe-list"
  number=0
  while IFS=/ read -r name address payload mode; do
    number=$((number + 1))
    {
      printf 'probe %s %s %s %s\n' "$name" "$address" "$payload" "$mode"
      case $mode in
      echo) timeout -k 1 5 ping -n -M 'do' -c 3 -i 0.2 -W 1 -s "$payload" "$address" 2>&1 ;;
      hop) timeout -k 1 5 ping -n -M 'do' -t 1 -c 2 -i 0.2 -W 1 -s "$payload" "$address" 2>&1 ;;
      search) search "$address" "$payload" ;;
      esac
      printf 'status %s\n' "$?"
    } >"$work/probes/$number" &
  done <"$work/probe-list"
}

start_probes
see links ip -d -o link show
see addresses ip -o addr show
see neighbours ip neigh show dev "$SSM_flannelDevice"
see fdb bridge fdb show dev "$SSM_flannelDevice"
see routes ip -4 route show table main
see_sysctls
see_pods
see_agents
cat "$root/run/flannel/subnet.env" >"$work/subnet" 2>/dev/null || : >"$work/subnet"
# Sorted, because gzip compresses similar lines better when they are close to each other.
sort -t . -k 1,1n -k 2,2n -k 3,3n -o "$work/routes" "$work/routes"
sort -t . -k 1,1n -k 2,2n -k 3,3n -o "$work/neighbours" "$work/neighbours"
wait
see_kubelet
sort -o "$work/pods" "$work/pods"
# Read after the probes, so that counters and endpoints show their effect.
see_wireguard wireguard "$SSM_wireguardDevice" &
see_wireguard flannel-wireguard "$SSM_flannelDevice" &
wait
cat "$work"/probes/* >"$work/probes.all" 2>/dev/null || : >"$work/probes.all"

# print_evidence LEFT-OUT…: the readings as one line of JSON. LEFT-OUT shortens it: wireguard-keys (cut to 10 characters),
# wireguard-others (peers outside the focus), fdb, neighbours. Everything left out is listed in `unseen`.
# A peer whose neighbour, forwarding entry and route belong together is one row of `overlay`.
print_evidence() {
  awk "$awk_text"'
    function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
    function has(name, i) { for (i = 1; i <= NF; i++) if ($i == name) return 1; return 0 }
    function orNull(s) { return s == "" ? "null" : text(s) }
    function bool(b) { return b ? "true" : "false" }
    function add(list, item) { out[list] = out[list] (out[list] == "" ? "" : ",") item }
    function gap(what, why) { add("unseen", "{\"what\":" text(what) ",\"why\":" text(why) "}") }
    function omits(what) { return index(" " omit " ", " " what " ") > 0 }
    function after(words, name, w, n, i) { n = split(words, w, " "); for (i = 1; i < n; i++) if (w[i] == name) return w[i + 1]; return "" }
    function inFocus(n, f, i) {
      n = split(focus, f, ",")
      for (i = 1; i <= n; i++) if (f[i] == w[1] || index("," w[4] ",", "," f[i] ",") > 0 || index("," w[4] ",", "," f[i] "/32,") > 0 || index("," w[4] ",", "," f[i] "/128,") > 0) return 1
      return 0
    }
    function wireguard(of, dev) {
      if (!(of in wgKey)) return "null"
      return "{\"interface\":" text(dev) ",\"publicKey\":" (wgKey[of] == "(none)" ? "null" : text(wgKey[of])) ",\"listenPort\":" wgPort[of] + 0 ",\"peers\":[" out[of] "]}"
    }
    function end_probe() {
      if (probe == "") return
      if (refused != "") { if (!(refused in told)) gap("probes", refused); told[refused] = 1 }
      else add("probes", "{\"name\":" text(probe) ",\"address\":" text(target) ",\"payloadBytes\":" payload + 0 ",\"mode\":" text(mode) ",\"sent\":" sent + 0 \
        ",\"received\":" received + 0 ",\"rttMs\":" (rtt == "" ? "null" : rtt) ",\"tooLong\":" bool(long) ",\"foundPayloadBytes\":" (found == "" ? "null" : found) "}")
      probe = ""
    }
    FILENAME ~ /\/links$/ {
      name = $2; sub(/[@:].*/, "", name)
      parts = split($0, part, "\\"); kind = "device"; attributes = ""
      for (p = 3; p <= parts; p++) {
        split(part[p], word, " ")
        if (word[1] ~ /^(vxlan|wireguard|tun|bridge|veth)$/) { kind = word[1]; attributes = part[p]; break }
      }
      links++; named[links] = name; kinds[links] = kind; isUp[links] = ($3 ~ /[<,]UP[,>]/)
      if (kind == "veth" && field("master") != "") podMtu[field("mtu")]++
      mtus[links] = field("mtu"); macs[links] = field("link/ether"); vxlan[links] = "null"
      if (kind == "vxlan")
        vxlan[links] = "{\"vni\":" after(attributes, "id") + 0 ",\"port\":" after(attributes, "dstport") + 0 ",\"local\":" orNull(after(attributes, "local")) \
          ",\"dev\":" orNull(after(attributes, "dev")) ",\"learning\":" bool(attributes !~ / nolearning( |$)/) "}"
      next
    }
    FILENAME ~ /\/addresses$/ { if ($3 ~ /^inet6?$/ && $2 != "lo") { address[++addresses] = "[" text($2) "," text($4) "]"; addressDev[addresses] = $2 } next }
    FILENAME ~ /\/neighbours$/ { if (!omits("neighbours")) { neighbour[++neighbours] = $1; lladdr[neighbours] = field("lladdr"); state[neighbours] = $NF } next }
    FILENAME ~ /\/fdb$/ { if (has("dst") && !omits("fdb")) { fdbMac[++entries] = $1; fdbDst[entries] = field("dst"); copies[$1]++; entryOf[$1] = entries } next }
    FILENAME ~ /\/routes$/ {
      if ($0 ~ /^[ \t]/ || $1 ~ /^(blackhole|unreachable|prohibit|throw)$/) next
      if ($1 == "default") { if (uplink == "") uplink = field("dev") }
      else if ($1 !~ /\//) $1 = $1 "/32"
      mtu = field("mtu"); if (mtu == "lock") mtu = field("lock")
      route[++routes] = "[" text($1) "," orNull(field("via")) "," text(field("dev")) "," bool(has("onlink")) "," mtu + 0 "]"
      if (field("dev") == flannelDevice && has("onlink") && mtu + 0 == 0 && index($1, field("via") "/") == 1) { routeOf[field("via")] = routes; split($1, cidr, "/"); prefix[routes] = cidr[2] }
      next
    }
    FILENAME ~ /wireguard$/ {
      n = split($0, w, "\t"); of = FILENAME; sub(/.*\//, "", of)
      if (FNR == 1) { wgKey[of] = w[2]; wgPort[of] = w[3]; next }
      if (omits("wireguard-others") && !inFocus()) next
      if (omits("wireguard-keys") && !inFocus()) w[1] = substr(w[1], 1, 10)
      gsub(/,/, "\",\"", w[4])
      add(of, "{\"publicKey\":" text(w[1]) ",\"endpoint\":" (w[3] == "(none)" ? "null" : text(w[3])) ",\"allowedIps\":[" (w[4] == "(none)" ? "" : "\"" w[4] "\"") \
        "],\"latestHandshakeAt\":" (w[5] ~ /^[0-9]+$/ ? w[5] : 0) ",\"receivedBytes\":" (w[6] ~ /^[0-9]+$/ ? w[6] : 0) ",\"sentBytes\":" (w[7] ~ /^[0-9]+$/ ? w[7] : 0) ",\"keepaliveSeconds\":" w[8] + 0 "}")
      next
    }
    FILENAME ~ /\/pods$/ { add("pods", text($1)); next }
    FILENAME ~ /\/kubelet$/ { kubelet = "{\"listening\":" bool($1) ",\"unheard\":" bool($2) "}"; next }
    FILENAME ~ /\/agents$/ { add("agents", text($1)); next }
    FILENAME ~ /\/sysctls$/ { add("sysctls", text($1) ":" $2 + 0); next }
    FILENAME ~ /\/subnet$/ { split($0, kv, "="); env[kv[1]] = kv[2]; next }
    FILENAME ~ /\/unseen$/ { split($0, missing, "\t"); gap(missing[1], missing[2]); next }
    FILENAME ~ /\/probes.all$/ {
      if ($1 == "probe") { end_probe(); probe = $2; target = $3; payload = $4; mode = $5; sent = received = long = 0; rtt = refused = said = found = ""; next }
      if ($1 == "found") { found = $2; received = 1; next }
      # an exit code that is neither "answered" nor "not answered", and no packet sent: ping itself failed
      if ($1 == "status") {
        if ($2 == 127) refused = "ping: not found"
        else if ($2 > 1 && sent == 0 && said ~ /[Ii]nvalid|unrecognized|[Uu]sage|not permitted|[Bb]ad/) refused = said
        next
      }
      if (/packets transmitted/) { sent = $1; if (mode == "echo") for (i = 1; i <= NF; i++) if ($i ~ /^received/) received = $(i - 1) }
      else if (/min\/avg/) { split($0, r, "[=/]"); rtt = r[6] + 0 }
      else if (/[Mm]essage too long|[Ff]rag needed|Packet too big/) long = 1
      else if (mode == "hop" && /[Tt]ime to live exceeded|Time Exceeded/) received++
      else if (said == "" && !/^PING/) said = $0
      next
    }
    END {
      end_probe()
      for (n = 1; n <= neighbours; n++) {
        mac = lladdr[n]; ip = neighbour[n]
        if (mac != "" && copies[mac] == 1 && (ip in routeOf)) {
          bare = mac; gsub(/:/, "", bare)
          add("overlay", "[" text(ip) "," text(bare) "," text(state[n]) "," text(fdbDst[entryOf[mac]]) "," prefix[routeOf[ip]] "]")
          copies[mac] = -1; merged[routeOf[ip]] = 1
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
      for (i = 1; i <= n; i++) gap(left[i], "too many entries for the output of one command")
      subnet = "null"
      if ("FLANNEL_SUBNET" in env) subnet = "{\"network\":" text(env["FLANNEL_NETWORK"]) ",\"subnet\":" text(env["FLANNEL_SUBNET"]) ",\"mtuBytes\":" env["FLANNEL_MTU"] + 0 "}"
      print "{\"schema\":\"restitch/node-evidence/1\",\"hostname\":" text(host) ",\"collectedAt\":" now ",\"links\":[" out["links"] "],\"addresses\":[" out["addresses"] "],\"flannelDevice\":" text(flannelDevice) ",\"overlay\":[" out["overlay"] "],\"routes\":[" out["routes"] \
        "],\"neighbours\":[" out["neighbours"] "],\"fdb\":[" out["fdb"] "],\"wireguard\":" wireguard("wireguard", wg) ",\"flannelWireGuard\":" wireguard("flannel-wireguard", flannelDevice) ",\"sysctls\":{" out["sysctls"] "},\"subnetEnv\":" subnet \
        ",\"pods\":{\"addresses\":[" out["pods"] "],\"mtus\":[" out["podMtus"] "],\"allocated\":" (allocated == "" ? "null" : allocated) "},\"agents\":[" out["agents"] "],\"kubelet\":" kubelet \
        ",\"probes\":[" out["probes"] "],\"unseen\":[" out["unseen"] "]}"
    }
  ' wg="$SSM_wireguardDevice" flannelDevice="$SSM_flannelDevice" focus="$SSM_focus" host="$(uname -n)" now="$(date +%s)" omit="$*" allocated="$cni_allocated" \
    "$work/links" "$work/addresses" "$work/neighbours" "$work/fdb" "$work/routes" "$work/wireguard" "$work/flannel-wireguard" "$work/sysctls" "$work/pods" "$work/agents" "$work/kubelet" "$work/subnet" \
    "$work/unseen" "$work/probes.all"
}

# Run Command cuts the output at 24,000 characters. MACs and keys hardly compress, so for a large fleet the least important
# rows are left out first.
print_evidence >"$work/evidence"
if [ "$(wc -c <"$work/evidence")" -le 20000 ]; then
  cat "$work/evidence"
  exit 0
fi
for omit in '' 'wireguard-keys' 'wireguard-others' 'wireguard-others fdb neighbours'; do
  # shellcheck disable=SC2086 # words of our own making
  [ -z "$omit" ] || print_evidence $omit >"$work/evidence"
  gzip -9c "$work/evidence" | base64 | tr -d '\n' >"$work/packed"
  [ "$(wc -c <"$work/packed")" -gt 23900 ] || break
done
printf '{"schema":"restitch/node-evidence/1","encoding":"gzip+base64","data":"%s"}\n' "$(cat "$work/packed")"

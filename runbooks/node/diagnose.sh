# diagnose: reads the overlay's state and measures paths. It changes nothing and judges nothing.
# Parameters: vxlanDevice, wireguardDevice, probes (comma list of name/address/payloadBytes; empty: read only).
action=diagnose
need vxlanDevice wireguardDevice probes
matches "$SSM_vxlanDevice" '[a-z][a-z0-9._-]{0,14}' || refuse 'vxlanDevice is not an interface name'
matches "$SSM_wireguardDevice" '[a-z][a-z0-9._-]{0,14}' || refuse 'wireguardDevice is not an interface name'
[ -z "$SSM_probes" ] || matches "$SSM_probes" '[a-z0-9.-]+/[0-9a-f.:]+/[0-9]{1,5}(,[a-z0-9.-]+/[0-9a-f.:]+/[0-9]{1,5})*' ||
  refuse 'probes have a form that is not ours'

: >"$work/unseen"
# see WHAT COMMAND…: its output goes to $work/WHAT; a failure or a hang is itself recorded
see() {
  what=$1
  shift
  bound=3 bounded "$@" >"$work/$what" 2>"$work/error" && return 0
  status=$?
  : >"$work/$what"
  case $status in
  124 | 137) why=timeout ;;
  127) why="$1: not found" ;;
  *) why=$(head -n 1 "$work/error") ;;
  esac
  case $why in *'does not exist'* | *'Cannot find device'* | *'No such device'*) return 0 ;; esac
  printf '%s\t%s\n' "$what" "${why:-exit code $status}" >>"$work/unseen"
}

start_probes() {
  mkdir "$work/probes"
  printf '%s' "$SSM_probes" | tr ',' '\n' >"$work/probe-list"
  [ ! -s "$work/probe-list" ] || printf '\n' >>"$work/probe-list"
  number=0
  while IFS=/ read -r name address payload; do
    [ -n "$name" ] || continue
    number=$((number + 1))
    {
      printf 'probe %s %s %s\n' "$name" "$address" "$payload"
      timeout -k 1 5 ping -n -M 'do' -c 3 -i 0.2 -W 1 -s "$payload" "$address" 2>&1
    } >"$work/probes/$number" &
  done <"$work/probe-list"
}

start_probes
see links ip -d -o link show
see addresses ip -o addr show
see neighbours ip -4 neigh show dev "$SSM_vxlanDevice"
see fdb bridge fdb show dev "$SSM_vxlanDevice"
see routes ip -4 route show table main
if grep -q "^[0-9]*: ${SSM_wireguardDevice}[:@]" "$work/links"; then
  see wireguard wg show "$SSM_wireguardDevice" dump
else
  : >"$work/wireguard"
fi
for key in net.ipv4.ip_forward net.ipv4.conf.all.rp_filter "net.ipv4.conf.$(printf '%s' "$SSM_vxlanDevice" | tr . /).rp_filter"; do
  value=$(bound=2 bounded sysctl -n "$key" 2>/dev/null) && printf '%s %s\n' "$(printf '%s' "$key" | tr / .)" "$value"
done >"$work/sysctls"
cat "$root/run/flannel/subnet.env" >"$work/subnet" 2>/dev/null || : >"$work/subnet"
wait
cat "$work"/probes/* >"$work/probes.all" 2>/dev/null || : >"$work/probes.all"

tables=$(
  awk '
    function field(name, i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); return "" }
    function has(name, i) { for (i = 1; i <= NF; i++) if ($i == name) return 1; return 0 }
    function text(s) { gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }
    function orNull(s) { return s == "" ? "null" : text(s) }
    function bool(b) { return b ? "true" : "false" }
    function add(list, item) { out[list] = out[list] (out[list] == "" ? "" : ",") item }
    function endProbe() {
      if (probe == "") return
      add("probes", "{\"name\":" text(probe) ",\"address\":" text(probeAddress) ",\"payloadBytes\":" payload ",\"dontFragment\":true,\"sent\":" sent + 0 ",\"received\":" received + 0 ",\"rttMs\":" (rtt == "" ? "null" : rtt) ",\"tooLong\":" bool(tooLong) "}")
      probe = ""
    }
    FILENAME ~ /\/links$/ {
      name = $2; sub(/[@:].*/, "", name)
      parts = split($0, part, "\\"); kind = "device"
      for (p = 3; p <= parts; p++) { split(part[p], word, " "); if (word[1] ~ /^(vxlan|wireguard|tun|bridge|veth)$/) { kind = word[1]; break } }
      links++; linkName[links] = name; linkKind[links] = kind; isUp[links] = ($3 ~ /[<,]UP[,>]/)
      linkMtu[links] = field("mtu"); linkMac[links] = field("link/ether")
      vxlan[links] = "null"
      if (kind == "vxlan") vxlan[links] = "{\"vni\":" field("id") ",\"port\":" field("dstport") ",\"local\":" orNull(field("local")) ",\"dev\":" orNull(vxlanDev(part[p])) ",\"learning\":" bool(!has("nolearning")) "}"
      next
    }
    function vxlanDev(s, w, n, i) { n = split(s, w, " "); for (i = 1; i < n; i++) if (w[i] == "dev") return w[i + 1]; return "" }
    FILENAME ~ /\/addresses$/ { if ($3 == "inet" || $3 == "inet6") if ($2 != "lo") address[++addresses] = "[" text($2) "," text($4) "]"; addressDev[addresses] = $2; next }
    FILENAME ~ /\/neighbours$/ { add("neighbours", "[" text($1) "," orNull(field("lladdr")) "," text($NF) "]"); next }
    FILENAME ~ /\/fdb$/ { if (has("dst")) add("fdb", "[" text($1) "," text(field("dst")) "]"); next }
    FILENAME ~ /\/routes$/ {
      if ($0 ~ /^[ \t]/ || $1 ~ /^(blackhole|unreachable|prohibit|throw)$/) next
      if ($1 == "default") uplink = field("dev")
      add("routes", "[" text($1) "," orNull(field("via")) "," text(field("dev")) "," bool(has("onlink")) "," field("mtu") + 0 "]"); next
    }
    FILENAME ~ /\/wireguard$/ {
      n = split($0, w, "\t")
      if (FNR == 1) { wgKey = w[2]; wgPort = w[3]; next }
      gsub(/,/, "\",\"", w[4])
      allowed = (w[4] == "(none)" ? "" : "\"" w[4] "\"")
      add("peers", "{\"publicKey\":" text(w[1]) ",\"endpoint\":" (w[3] == "(none)" ? "null" : text(w[3])) ",\"allowedIps\":[" allowed "],\"latestHandshakeAt\":" w[5] + 0 ",\"receivedBytes\":" w[6] ",\"sentBytes\":" w[7] ",\"keepaliveSeconds\":" w[8] + 0 "}")
      next
    }
    FILENAME ~ /\/sysctls$/ { add("sysctls", text($1) ":" $2 + 0); next }
    FILENAME ~ /\/subnet$/ { split($0, kv, "="); env[kv[1]] = kv[2]; next }
    FILENAME ~ /\/unseen$/ { split($0, gap, "\t"); add("unseen", "{\"what\":" text(gap[1]) ",\"why\":" text(gap[2]) "}"); next }
    FILENAME ~ /\/probes.all$/ {
      if ($1 == "probe") { endProbe(); probe = $2; probeAddress = $3; payload = $4; sent = received = 0; rtt = ""; tooLong = 0; next }
      if (/packets transmitted/) { sent = $1; for (i = 1; i <= NF; i++) if ($i ~ /^received/) received = $(i - 1) }
      if (/min\/avg/) { split($0, r, "[=/]"); rtt = r[6] + 0 }
      if (/[Mm]essage too long|[Ff]rag needed/) tooLong = 1
      next
    }
    END {
      endProbe()
      for (l = 1; l <= links; l++) if (linkKind[l] ~ /^(vxlan|wireguard|tun|bridge)$/ || linkName[l] == uplink) {
        shown[linkName[l]] = 1
        add("links", "{\"name\":" text(linkName[l]) ",\"kind\":" text(linkKind[l]) ",\"up\":" bool(isUp[l]) ",\"mtuBytes\":" linkMtu[l] + 0 ",\"mac\":" orNull(linkMac[l]) ",\"vxlan\":" vxlan[l] "}")
      }
      for (a = 1; a <= addresses; a++) if (addressDev[a] in shown) add("addresses", address[a])
      wireguard = "null"
      if (wgKey != "") wireguard = "{\"interface\":\"" wg "\",\"publicKey\":" (wgKey == "(none)" ? "null" : text(wgKey)) ",\"listenPort\":" wgPort + 0 ",\"peers\":[" out["peers"] "]}"
      subnet = "null"
      if ("FLANNEL_SUBNET" in env) subnet = "{\"network\":" text(env["FLANNEL_NETWORK"]) ",\"subnet\":" text(env["FLANNEL_SUBNET"]) ",\"mtuBytes\":" env["FLANNEL_MTU"] + 0 "}"
      printf "\"links\":[%s],\"addresses\":[%s],\"neighbours\":[%s],\"fdb\":[%s],\"routes\":[%s],\"wireguard\":%s,\"sysctls\":{%s},\"subnetEnv\":%s,\"probes\":[%s],\"unseen\":[%s]", out["links"], out["addresses"], out["neighbours"], out["fdb"], out["routes"], wireguard, out["sysctls"], subnet, out["probes"], out["unseen"]
    }
  ' wg="$SSM_wireguardDevice" "$work/links" "$work/addresses" "$work/neighbours" "$work/fdb" "$work/routes" "$work/wireguard" "$work/sysctls" "$work/subnet" "$work/unseen" "$work/probes.all"
)
printf '{"schema":"restitch/node-evidence/1","hostname":%s,"collectedAt":%s,%s}\n' "$(json_string "$(hostname)")" "$(date +%s)" "$tables" >"$work/evidence"
if [ "$(wc -c <"$work/evidence")" -le 20000 ]; then
  cat "$work/evidence"
else
  printf '{"schema":"restitch/node-evidence/1","encoding":"gzip+base64","data":"%s"}\n' "$(gzip -9c "$work/evidence" | base64 | tr -d '\n')"
fi

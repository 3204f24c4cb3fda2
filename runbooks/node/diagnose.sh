# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# diagnose: reads the overlay's state and measures paths. It changes nothing and judges nothing.
# Parameters: flannelDevice (of either backend), flannelDeviceV6 (the same for IPv6; none: it has no device; empty: IPv6 is not
# read), wireguardDevice, probes (comma list of name/address/payloadBytes/mode, of a
# connect the port instead of the bytes; empty: no packet is sent; after `instance=` only that instance sends it), focus (comma list of tunnel addresses, pod networks and
# public keys: the WireGuard peers to print when there are too many to print all), ways (comma list of IPv4 addresses: how
# packets to them leave this host), kubeletPort, digests (checksums of what the tables should hold: see compare-tables.sh), whole (true: the
# host is read whole, and what packets change once more before its first one; first: so too, but nothing is sent where a tunnel has
# rested, because others are being read; false: only what packets change is read, after them).
action=diagnose
need flannelDevice wireguardDevice probes focus
: "${SSM_ways=}" "${SSM_kubeletPort=10250}" "${SSM_flannelDeviceV6=}" "${SSM_digests=}" "${SSM_whole=true}"
need_device flannelDevice
need_device wireguardDevice
[ -z "$SSM_flannelDeviceV6" ] || need_device flannelDeviceV6
one_probe='((i|mi)-[0-9a-f]+=)?[a-z0-9.-]+/[0-9a-f.:]+/[0-9]{1,5}/(echo|hop|search|connect)'
one_focus='[A-Za-z0-9+/=.:]+'
byte='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
one_way="$byte([.]$byte){3}"
matches "$SSM_probes $SSM_focus $SSM_ways $SSM_kubeletPort $SSM_whole" \
  "($one_probe(,$one_probe)*)? ($one_focus(,$one_focus)*)? ($one_way(,$one_way){0,31})? [0-9]{1,5} (true|first|false)" ||
  answer refused 'probes, focus, ways, kubeletPort or whole have a form that is not ours'
sums='[0-9]{1,10}(,[0-9]{1,10})*'
[ -z "$SSM_digests" ] || matches "$SSM_digests" "$sums/$sums/$sums" || answer refused 'digests have a form that is not ours'

# One command may be for several instances. The agent says which of them this is.
case $SSM_probes in *=*) [ -n "${AWS_SSM_INSTANCE_ID:-}" ] || answer refused 'the agent does not say which instance this is' ;; esac

: >"$work/unseen"
moment='' before=''
choose_probes
if [ "$SSM_whole" != false ]; then
  tables='links addresses neighbours routes rules'
  see_tables
  if [ -n "$own_probes" ]; then
    see_before
    if [ "$SSM_whole" = true ] || are_tunnels_used; then start_probes; else before=''; fi
  fi
  see_fdb fdb "$SSM_flannelDevice"
  compare_tables
  see_ipv6
  see_sysctls
  start_pod_pings
  see_kernel
  see_agents
  see_files
  see_service_rules
  see_offload
else
  start_probes
  tables='links routes'
  see_tables
  see_files
  see_nothing_else
fi
finish_probes
finish_pod_pings
# Read after the probes, so that counters, endpoints and the kubelet's queue show their effect.
see_proc
see_flows
see_peers
now=$(date +%s)
host=$(uname -n)

# Run Command cuts the output at 24,000 characters. MACs and keys hardly compress, so for a large fleet the least important
# rows are left out first.
print_evidence >"$work/evidence"
# A table that is cut off looks like one whose entries are gone.
has_room || answer failed "$no_room"
if [ "$(wc -c <"$work/evidence")" -le 20000 ]; then
  cat "$work/evidence"
  exit 0
fi
# gzip compresses similar lines better when they are close to each other. `-s`: of equal destinations the kernel's order stays.
sort -s -t . -k 1,1n -k 2,2n -k 3,3n -o "$work/routes" "$work/routes"
sort -s -t . -k 1,1n -k 2,2n -k 3,3n -o "$work/neighbours" "$work/neighbours"
for omit in '' 'wireguard-keys' ${SSM_flannelDeviceV6:+'wireguard-keys ipv6'} 'wireguard-others ipv6' 'wireguard-others ipv6 fdb' 'wireguard-others ipv6 fdb neighbours'; do
  # shellcheck disable=SC2086 # words of our own making
  print_evidence $omit >"$work/evidence"
  gzip -9c "$work/evidence" | base64 | tr -d '\n' >"$work/packed"
  [ "$(wc -c <"$work/packed")" -gt 23900 ] || break
done
has_room || answer failed "$no_room"
printf '{"schema":"restitch/node-evidence/1","encoding":"gzip+base64","data":"%s"}\n' "$(cat "$work/packed")"

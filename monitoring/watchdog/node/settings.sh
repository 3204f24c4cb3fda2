#!/bin/sh
# restitch-watchdog: measures a node's overlay and writes the result for node_exporter's textfile collector.
# It changes nothing on the node. POSIX sh with iproute2, iputils' ping, wg and coreutils/awk. It prints no key.
# Made from monitoring/watchdog/node by `npm run monitoring`.
#   WATCHDOG_OUT       the file to write; "-": print (default /var/lib/prometheus/node-exporter/restitch.prom)
#   WATCHDOG_EXPECTED  the expected network (default /var/lib/restitch/expected-network); without it, what the node sees
#   WATCHDOG_STATE     a folder of its own (default /run/restitch-watchdog)
#   WATCHDOG_NODE      the node's name in Kubernetes (default: the expected network's, else the host's name)
#   WATCHDOG_PODS      on: also look for WireGuard devices within pods (default off)
#   WATCHDOG_UDP_PORT  a port where nobody listens on the peers (default 33434, traceroute's)
#   WATCHDOG_ROOT      where the host's files are (default empty; /host in a container)
set -u
LC_ALL=C
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"
export LC_ALL PATH
umask 077
root=${WATCHDOG_ROOT:-}
out=${WATCHDOG_OUT:-/var/lib/prometheus/node-exporter/restitch.prom}
expected=${WATCHDOG_EXPECTED:-$root/var/lib/restitch/expected-network}
state=${WATCHDOG_STATE:-/run/restitch-watchdog}
kubelet_port=${WATCHDOG_KUBELET_PORT:-10250}
udp_port=${WATCHDOG_UDP_PORT:-33434}
proc=/proc
node=${WATCHDOG_NODE:-}
[ -n "$node" ] || node=$(awk '$1 == "self" { print $2; exit }' "$expected" 2>/dev/null)
[ -n "$node" ] || node=$(uname -n)
case $node in *[!A-Za-z0-9._-]*) node=unnamed ;; esac
[ "$out" = - ] || [ -w "${out%/*}" ] || {
  echo "restitch-watchdog: cannot write to ${out%/*}" >&2
  exit 1
}
mkdir -p "$state" || exit 1
work=$state/work.$$
rm -rf "$state"/work.*
mkdir "$work" || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM INT HUP

# fact METRIC LABELS VALUE; LABELS - for none
fact() {
  printf 'fact %s %s %s\n' "$1" "$2" "$3" >>"$work/facts"
}

unseen() {
  fact restitch_watchdog_unseen "what=\"$1\"" 1
}

# dump COMMAND…: lists a table of the kernel into $work/listed; once more when the table changed meanwhile
dump() {
  for _ in 1 2 3; do
    timeout -k 1 5 "$@" >"$work/listed" 2>"$work/error"
    status=$?
    grep -q 'Dump was interrupted' "$work/error" || return "$status"
  done
  return 5
}

# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with common.sh
# check-node: says whether this node has what Restitch and its watchdog need. It changes nothing, and loads no module.
# Parameters: modules (kernel modules that the overlay needs, joined by commas), textfileFolder (node_exporter's textfile collector).
# Prints one line of JSON and ends with 0 when nothing failed, 1 when something did, 3 when it was called wrongly.
action=check-node
: >"$work/checks"

# found NAME STATUS DETAIL MEND: STATUS is ok, failed, or absent for what is needed by some nodes only
found() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$work/checks"
}

# has TOOL…: true where one of them can be run
has() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 && return 0
  done
  return 1
}

# need_tool TOOL PACKAGE
need_tool() {
  if has "$1"; then
    found "tool $1" ok "$(command -v "$1")" ''
  else
    found "tool $1" failed 'is not installed' "install $2"
  fi
}

# helpful_tool TOOL WHY
helpful_tool() {
  if has "$1"; then
    found "tool $1" ok "$(command -v "$1")" ''
  else
    found "tool $1" absent "is not installed: $2" ''
  fi
}

see_agent() {
  # That the parameters are in the environment is the proof itself; the version is told for people.
  version=''
  for agent in amazon-ssm-agent /snap/amazon-ssm-agent/current/amazon-ssm-agent; do
    version=$(bounded "$agent" -version 2>/dev/null | awk '{ print $NF; exit }')
    [ -z "$version" ] || break
  done
  found agent ok "gives parameters as environment variables, version ${version:-not told}" ''
}

see_root() {
  if [ "$(id -u)" = 0 ]; then
    found root ok 'commands run as root' ''
  else
    found root failed "commands run as $(id -un)" 'run the SSM agent as root'
  fi
}

see_tools() {
  for tool in awk sed grep cut tr head sort stat find readlink dd timeout base64 gzip; do
    need_tool "$tool" 'coreutils, findutils, gawk or mawk, sed, grep and gzip'
  done
  need_tool ip iproute2
  need_tool bridge iproute2
  need_tool sysctl procps
  need_tool ping iputils
  if has ip && ! bounded ip -V 2>/dev/null | grep -q iproute2; then
    found 'iproute2' failed 'ip is not that of iproute2: it lists no VXLAN entries' 'install iproute2'
  fi
  if has ping && ! bounded ping -n -q -c 1 -W 1 -M 'do' -s 56 127.0.0.1 >/dev/null 2>&1; then
    found 'ping -M do' failed 'ping cannot send packets that may not be divided, or not at all' 'install the ping of iputils'
  else
    has ping && found 'ping -M do' ok 'works' ''
  fi
  if has systemd-run setsid; then
    found 'rollback timer' ok "$(command -v systemd-run || command -v setsid)" ''
  else
    found 'rollback timer' failed 'neither systemd-run nor setsid is installed' 'install util-linux'
  fi
  helpful_tool wg 'needed where the node has a WireGuard tunnel'
  helpful_tool ethtool 'offloads are neither seen nor repaired'
  helpful_tool conntrack 'flows that keep an old address are neither seen nor repaired'
  helpful_tool curl 'the clock is not compared'
}

see_modules() {
  release=$(uname -r)
  printf '%s\n' "$SSM_modules" | tr ',' '\n' >"$work/modules"
  while read -r module; do
    if [ -e "/sys/module/$module" ]; then
      found "module $module" ok 'is loaded' ''
    elif grep -q "/$module\.ko" "/lib/modules/$release/modules.builtin" 2>/dev/null || modprobe -n -q "$module" 2>/dev/null; then
      found "module $module" ok 'can be loaded' ''
    elif [ "$module" = wireguard ] && [ -n "$(bounded wg show interfaces 2>/dev/null)" ]; then
      found "module $module" ok 'is not there, and a WireGuard device of userspace is' ''
    else
      found "module $module" failed "the kernel $release has none" "install the kernel's extra modules"
    fi
  done <"$work/modules"
}

see_watchdog() {
  folder=$root$SSM_textfileFolder
  if [ -d "$folder" ] && [ -w "$folder" ]; then
    found 'textfile collector' ok "$SSM_textfileFolder can be written" ''
  else
    found 'textfile collector' failed "$SSM_textfileFolder is no folder that can be written" \
      "install node_exporter with --collector.textfile.directory=$SSM_textfileFolder, or name its folder"
  fi
  if [ -d "$root/run/systemd/system" ]; then
    found systemd ok 'runs the watchdog' ''
  else
    found systemd absent 'does not run here: install the watchdog as a DaemonSet' ''
  fi
  if [ -s "$root/etc/machine-id" ]; then
    found machine-id ok 'is there' ''
  else
    found machine-id failed '/etc/machine-id is empty, so the node cannot be told from another' 'run systemd-machine-id-setup'
  fi
}

need modules textfileFolder
matches "$SSM_modules" '[a-z0-9_]{1,32}(,[a-z0-9_]{1,32}){0,7}' || answer refused 'modules is no list of names'
matches "$SSM_textfileFolder" '/[A-Za-z0-9._/-]{1,200}' || answer refused 'textfileFolder is no path'
see_agent
see_root
see_tools
see_modules
see_watchdog
awk -F '\t' "$awk_text"'
  {
    item = "{\"name\":" text($1) ",\"status\":" text($2) ",\"detail\":" text($3) (($4 == "") ? "" : ",\"mend\":" text($4)) "}"
    list = list (list == "" ? "" : ",") item
    if ($2 == "failed") failed++
  }
  END { print "{\"schema\":\"restitch/node-check/1\",\"failed\":" failed + 0 ",\"checks\":[" list "]}"; exit failed > 0 }
' "$work/checks"
exit $?

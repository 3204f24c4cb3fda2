# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# restart-agent: restarts what programs the overlay on this node, so that it reads every lease again. Found, not guessed: a
# k3s, RKE2 or flanneld service of systemd, else a flanneld that somebody (a kubelet, for its pod) starts again.
action=restart-agent
need_operation_key
need_fencing_token
patience=45
device_patience=15
subnet_env=$root/run/flannel/subnet.env

# active_service: the first that runs; k3s and RKE2 carry flannel in their own process
active_service() {
  for service in k3s-agent k3s rke2-agent rke2-server flanneld; do
    [ "$(bounded systemctl is-active "$service" 2>/dev/null)" = active ] && echo "$service" && return 0
  done
  return 1
}

# flannelds: identities of the flannelds in this network namespace
flannelds() {
  here=$(readlink /proc/self/ns/net)
  for process in /proc/[0-9]*; do
    read -r name <"$process/comm" && [ "$name" = flanneld ] && [ "$(readlink "$process/ns/net")" = "$here" ] &&
      identity "${process#/proc/}" && echo
  done 2>/dev/null
}

# restarted OLD: a flanneld runs that is none of the old ones
restarted() {
  for now in $(flannelds); do
    case " $1 " in *" $now "*) ;; *) return 0 ;; esac
  done
  return 1
}

# await_device: flanneld writes subnet.env at every start, when its device stands and just before it programs the peers;
# who looks earlier sees a half-made overlay. One that does not write it is not waited for for long.
await_device() {
  [ -d "${subnet_env%/*}" ] || return 0
  late_at=$(($(date +%s) + device_patience))
  until [ -n "$(find "$subnet_env" -newer "$work/began" 2>/dev/null)" ] || [ "$(date +%s)" -gt "$late_at" ]; do
    pause
  done
}

take_lock
replay_if_known
check_fence
settle_open_changes
if service=$(active_service); then
  line="restart $service.service"
elif old=$(flannelds | tr '\n' ' ') && [ -n "$old" ]; then
  line='restart flanneld'
else
  answer refused 'no flanneld, k3s or RKE2 runs on this node: there is nothing to restart'
fi
begin
: >"$work/began"
late_at=$(($(date +%s) + patience))
if [ -n "$service" ]; then
  bound=$patience bounded systemctl restart "$service" >/dev/null 2>"$work/said"
  until [ "$(bounded systemctl is-active "$service" 2>/dev/null)" = active ] || [ "$(date +%s)" -gt "$late_at" ]; do
    pause
  done
  [ "$(bounded systemctl is-active "$service" 2>/dev/null)" = active ] ||
    printf '%s\tis not active afterwards: %s\n' "$line" "$(head -n 1 "$work/said" | tr '\t' ' ')" >"$work/failed"
else
  for process in $old; do
    is_alive "$process" && kill -TERM "${process%%.*}"
  done
  until restarted "$old" || [ "$(date +%s)" -gt "$late_at" ]; do
    pause
  done
  restarted "$old" || printf '%s\tit ended, and nobody started it again\n' "$line" >"$work/failed"
fi
if [ -s "$work/failed" ]; then
  finish failed "$(tr '\t' ':' <"$work/failed")"
else
  await_device
  printf '%s\n' "$line" >"$work/changed"
  finish applied ''
fi
cat "$work/report"
leave_with "$(status_of "$work/report")"

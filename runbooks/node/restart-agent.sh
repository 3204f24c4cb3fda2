# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# restart-agent: restarts the program that manages the overlay here, so that it reads every lease again: the running systemd
# service of k3s, RKE2 or flanneld. Without one, ends a running flanneld, which its supervisor (the kubelet, for a pod) restarts.
action=restart-agent
need_operation_key
need_fencing_token
patience=45
device_patience=15
subnet_env=$root/run/flannel/subnet.env

# active_service: the first service that is active; k3s and RKE2 contain flannel
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

# restarted OLD: true when a flanneld runs that is not one of OLD
restarted() {
  for now in $(flannelds); do
    case " $1 " in *" $now "*) ;; *) return 0 ;; esac
  done
  return 1
}

# await_device: waits until flanneld has written subnet.env. It does so at every start, after making its device and just
# before programming the peers; before that the overlay is incomplete. Gives up after $device_patience seconds.
await_device() {
  [ -d "${subnet_env%/*}" ] || return 0
  late_at=$(($(seconds_up) + device_patience))
  until [ -n "$(find "$subnet_env" -newer "$work/began" 2>/dev/null)" ] || [ "$(seconds_up)" -gt "$late_at" ]; do
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
# A restart is not undone, so a key that began and did not end does not begin again.
if [ -e "$journal/$SSM_operationKey.started" ]; then
  answer failed 'the earlier run of this key did not end: whether it restarted anything is not known'
fi
begin
late_at=$(($(seconds_up) + patience))
if [ -n "$service" ]; then
  bound=$patience bounded systemctl restart "$service" >/dev/null 2>"$work/said"
  until [ "$(bounded systemctl is-active "$service" 2>/dev/null)" = active ] || [ "$(seconds_up)" -gt "$late_at" ]; do
    pause
  done
  [ "$(bounded systemctl is-active "$service" 2>/dev/null)" = active ] ||
    printf '%s\tis not active afterwards: %s\n' "$line" "$(head -n 1 "$work/said" | tr '\t' ' ')" >"$work/failed"
else
  for process in $old; do
    is_alive "$process" && kill -TERM "${process%%.*}"
  done
  until restarted "$old" || [ "$(seconds_up)" -gt "$late_at" ]; do
    pause
  done
  restarted "$old" || printf '%s\tit ended, and nobody started it again\n' "$line" >"$work/failed"
fi
if [ -s "$work/failed" ]; then
  finish_and_tell failed "$(tr '\t' ':' <"$work/failed")"
fi
await_device
printf '%s\n' "$line" >"$work/changed"
finish_and_tell applied ''

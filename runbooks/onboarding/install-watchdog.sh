# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with common.sh, and the functions watchdog_* are made when the document is
# install-watchdog: puts the watchdog and its two systemd units on the node, or updates or removes them. Other files and units stay as
# they are, and a file of these names that it did not write is never replaced.
# Parameters: mode (install or remove), textfileFolder (node_exporter's textfile collector).
action=install-watchdog
need mode textfileFolder
matches "$SSM_mode" 'install|remove' || answer refused 'mode is neither install nor remove'
matches "$SSM_textfileFolder" '/[A-Za-z0-9._/-]{1,200}' || answer refused 'textfileFolder is no path'

state=$root/var/lib/restitch
# lines of sha256sum: what was written here, so that it is known again
record=$state/watchdog.sha256
script=/usr/local/sbin/restitch-watchdog
service=/etc/systemd/system/restitch-watchdog.service
timer=/etc/systemd/system/restitch-watchdog.timer

# hash_of FILE
hash_of() {
  sha256sum <"$1" | cut -d ' ' -f 1
}

# is_ours PATH NEW: true where nothing is there, or what is to be written, or what was written here before
is_ours() {
  [ -e "$root$1" ] || [ -L "$root$1" ] || return 0
  [ -f "$root$1" ] && [ ! -L "$root$1" ] || return 1
  cmp -s "$root$1" "$2" && return 0
  grep -qxF "$(hash_of "$root$1")  $1" "$record" 2>/dev/null
}

# put SOURCE PATH MODE: in one step, so that a reader, or a power cut, finds the old file or the new one
put() {
  target=$root$2
  for left in "$target".[0-9]*.[0-9]*; do
    is_alive "${left##*/"${2##*/}".}" || rm -f "$left"
  done
  if dd if="$1" of="$target.$me" conv=fsync 2>/dev/null && chmod "$3" "$target.$me" && mv -fT "$target.$me" "$target"; then
    return 0
  fi
  rm -f "$target.$me"
  answer failed "cannot write $2"
}

# systemctl_or_fail WORD…
systemctl_or_fail() {
  bound=30 bounded systemctl "$@" >/dev/null 2>"$work/systemctl" ||
    answer failed "systemctl $*: $(head -n 1 "$work/systemctl")"
}

[ "$(id -u)" = 0 ] || answer refused 'this is not root'
[ -d "$root/run/systemd/system" ] || answer refused 'systemd does not run here: install the watchdog as a DaemonSet'
watchdog_packed | base64 -d | gzip -dc >"$work/script" 2>/dev/null || answer failed 'the script cannot be unpacked'
watchdog_timer >"$work/timer"
watchdog_service | sed "s|^ReadWritePaths=.*|ReadWritePaths=$SSM_textfileFolder|
s|^ExecStart=|Environment=WATCHDOG_OUT=$SSM_textfileFolder/restitch.prom\\
&|" >"$work/service"
has_room || answer refused "$no_room"

for name in script service timer; do
  eval "path=\$$name"
  is_ours "$path" "$work/$name" ||
    answer refused "$path is not as it was installed here, so it is left as it is: remove it, and this goes on"
done

remove() {
  if [ -f "$root$timer" ]; then
    systemctl_or_fail disable --now restitch-watchdog.timer
  fi
  for path in "$script" "$service" "$timer"; do
    [ -f "$root$path" ] || continue
    rm -f "$root$path" || answer failed "cannot remove $path"
    printf '%s\n' "$path" >>"$work/changed"
  done
  # Its last result would count for ever.
  rm -f "$root$SSM_textfileFolder/restitch.prom"
  # The record goes last: what was killed before systemd was told is told again.
  [ -s "$work/changed" ] || [ -e "$record" ] || answer unchanged ''
  systemctl_or_fail daemon-reload
  rm -f "$record"
  answer applied ''
}

install() {
  [ -d "$root$SSM_textfileFolder" ] ||
    answer refused "there is no folder $SSM_textfileFolder: install node_exporter, or name the folder of its textfile collector"
  foreign=$(why_foreign "$state")
  [ -z "$foreign" ] || answer refused "$foreign"
  mkdir -p "$root${script%/*}" 2>/dev/null || answer failed "cannot write ${script%/*}"
  for name in script service timer; do
    eval "path=\$$name"
    cmp -s "$work/$name" "$root$path" && unchanged=$((unchanged + 1)) || printf '%s\n' "$path" >>"$work/changed"
    printf '%s  %s\n' "$(hash_of "$work/$name")" "$path" >>"$work/record"
  done
  if [ -s "$work/changed" ] || ! cmp -s "$work/record" "$record"; then
    # Both are known until all is written, should this be killed.
    { cat "$record" 2>/dev/null; cat "$work/record"; } >"$work/both"
    put "$work/both" "${record#"$root"}" 600
    grep -qxF "$script" "$work/changed" && put "$work/script" "$script" 755
    grep -qxF "$service" "$work/changed" && put "$work/service" "$service" 644
    grep -qxF "$timer" "$work/changed" && put "$work/timer" "$timer" 644
    # The record names both until systemd knows the units, so that it is told even when this is killed here.
    [ -s "$work/changed" ] || printf '%s\n' restitch-watchdog.timer >>"$work/changed"
  fi
  if grep -qE 'systemd|^restitch' "$work/changed"; then
    systemctl_or_fail daemon-reload
    systemctl_or_fail enable restitch-watchdog.timer
    systemctl_or_fail restart restitch-watchdog.timer
  elif ! bounded systemctl is-active --quiet restitch-watchdog.timer || ! bounded systemctl is-enabled --quiet restitch-watchdog.timer; then
    systemctl_or_fail daemon-reload
    systemctl_or_fail enable --now restitch-watchdog.timer
    printf '%s\n' restitch-watchdog.timer >>"$work/changed"
  fi
  cmp -s "$work/record" "$record" || put "$work/record" "${record#"$root"}" 600
  [ -s "$work/changed" ] && answer applied ''
  answer unchanged ''
}

case $SSM_mode in
install) install ;;
remove) remove ;;
esac

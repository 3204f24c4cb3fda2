# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# The node's lock, its journal of operations, and the fence. Prepended to every document but `diagnose`.
state=$root/var/lib/restitch
journal=$state/journal
armed=$run/armed
journal_keeps=200
lock_patience=20

# need_own_folders: refuses when others than root may write to the state. Makes it where it is not there.
need_own_folders() {
  foreign=$(why_foreign "$state" "$journal" "$armed")
  [ -z "$foreign" ] || answer refused "$foreign"
}

# take_lock: one document at a time. The lock is a folder with one file, named after its owner's identity. Renaming a folder
# onto it succeeds only while it is empty, and a process removes only the file of an owner that it found dead. So two
# processes that both find a dead owner cannot both get the lock.
take_lock() {
  need_own_folders
  for mine in "$run"/lock.*; do
    is_alive "${mine##*/lock.}" || rm -rf "$mine"
  done
  if [ -e "$run/lock" ] || [ -h "$run/lock" ]; then
    foreign=$(why_foreign "$run/lock")
    [ -z "$foreign" ] || answer refused "$foreign"
  fi
  { mkdir "$run/lock.$me" && printf '' >"$run/lock.$me/$me"; } 2>/dev/null || answer refused "cannot write $run"
  give_up_at=$(($(seconds_up) + lock_patience))
  until mv -T "$run/lock.$me" "$run/lock" 2>/dev/null; do
    for owner in "$run"/lock/*; do
      is_alive "${owner##*/}" || rm -f "$owner"
    done
    if [ "$(seconds_up)" -gt "$give_up_at" ]; then
      rm -rf "$run/lock.$me"
      refusal=busy
      answer refused "another document (process ${owner##*/}) is at work"
    fi
    pause
  done
  lock_held=yes
}

# shellcheck disable=SC2317 # called by the trap
release_lock() {
  # With what a snapshot that came to nothing left: it may hold preshared keys.
  rm -rf "$armed"/.new.* "$run/lock/$me"
  rmdir "$run/lock" 2>/dev/null
}

# write_durably PATH: replaces PATH by standard input, atomically: it has the old content or the new one, also after a power cut
write_durably() {
  [ ! -h "$1.new" ] || rm -f "$1.new"
  dd of="$1.new" conv=fsync 2>/dev/null && mv -fT "$1.new" "$1" 2>/dev/null && return 0
  rm -f "$1.new"
  return 1
}

# back: what a rollback makes of a stored report
back='s/"status":"applied"/"status":"rolled-back"/;s/"rollbackAt":[0-9]*}/"rollbackAt":null}/'

# replay_if_known: for a key that has a result, prints that result, marked as such, and ends. A rollback says so beside the snapshot
# first: it may not have been able to write to the journal.
replay_if_known() {
  stored=$journal/$SSM_operationKey.json
  [ -e "$stored" ] || [ -h "$stored" ] || return 0
  told=''
  if [ ! -h "$stored" ]; then
    [ "$(cat "$armed/$SSM_operationKey/outcome" 2>/dev/null)" = rolled-back ] || back=''
    told=$(sed -e 's/"replayed":false/"replayed":true/' -e "$back" "$stored" 2>/dev/null)
  fi
  case $told in
  '{"schema":"restitch/action/1",'*'}') ;;
  *) answer failed "the result of this key cannot be read: $stored" ;;
  esac
  printf '%s\n' "$told"
  leave_with "$(status_in "$told")"
}

# status_in REPORT
status_in() {
  printf '%s\n' "$1" | sed -n 's/.*"status":"\([a-z-]*\)".*/\1/p'
}

# check_fence: refuses a token older than the newest one seen here: its holder has lost the host's lock. Tokens have 13 digits.
# awk's numbers are exact up to 15; `[` of a shell may know 32 bits only (busybox without FEATURE_TEST_64).
check_fence() {
  highest=$(cat "$state/fence" 2>/dev/null)
  matches "${highest:-0}" '[0-9]{1,15}' || answer refused "the newest fencing token in $state/fence cannot be read"
  awk "BEGIN { exit !($SSM_fencingToken < ${highest:-0}) }" || return 0
  refusal=stale-token
  answer refused "fencing token $SSM_fencingToken is older than $highest"
}

# begin: records the start before anything is changed
begin() {
  printf '' >"$work/began"
  printf '%s\n' "$SSM_fencingToken" | write_durably "$state/fence" || answer refused "cannot write $state/fence"
  date +%s | write_durably "$journal/$SSM_operationKey.started" || answer refused "cannot write $journal"
}

# finish STATUS REASON: writes the result to the journal; false when it cannot be written. `tell` prints it afterwards.
finish() {
  told=$(report "$1" "$2")
  ended=$1
  printf '%s\n' "$told" | write_durably "$journal/$SSM_operationKey.json" || return 1
  rm -f "$journal/$SSM_operationKey.started"
  # What is of the future was written before the clock was set back. Some tools go by whole seconds: this result is a second younger.
  if [ -n "$(find "$journal" -type f -newer "$journal/$SSM_operationKey.json")" ]; then
    find "$journal" -type f -newer "$journal/$SSM_operationKey.json" -exec touch -r "$work/began" {} \;
    sleep 1
    touch "$journal/$SSM_operationKey.json"
  fi
  # shellcheck disable=SC2012 # our own file names hold no blanks
  ls -t "$journal" | awk -v keep="$journal_keeps" -v own="$SSM_operationKey.json" '$0 != own && ++n >= keep' |
    while read -r old; do rm -f "$journal/$old"; done
}

# finish_and_tell STATUS REASON: what was done is told in any case; without a place in the journal its key is one that did not end
finish_and_tell() {
  finish "$1" "$2" || told=$(report "$1" "${2:+$2; }the result cannot be written to $journal")
  tell
}

tell() {
  printf '%s\n' "$told"
  leave_with "$ended"
}

# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# The node's lock, its journal of operations, and the fence. Prepended to every document but `diagnose`.
state=$root/var/lib/restitch
journal=$state/journal
armed=$run/armed
journal_keeps=200
lock_patience=20

# take_lock: one document at a time. The lock is a folder with one file, named after its owner's identity. Renaming a folder
# onto it succeeds only while it is empty, and a process removes only the file of an owner that it found dead. So two
# processes that both find a dead owner cannot both get the lock.
take_lock() {
  mkdir -p "$journal" "$armed" 2>/dev/null || answer refused "cannot write $state or $run"
  for mine in "$run"/lock.*; do
    is_alive "${mine##*/lock.}" || rm -rf "$mine"
  done
  mkdir -p "$run/lock.$me" && : >"$run/lock.$me/$me"
  give_up_at=$(($(date +%s) + lock_patience))
  until mv -T "$run/lock.$me" "$run/lock" 2>/dev/null; do
    for owner in "$run"/lock/*; do
      is_alive "${owner##*/}" || rm -f "$owner"
    done
    if [ "$(date +%s)" -gt "$give_up_at" ]; then
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
  rm -f "$run/lock/$me"
  rmdir "$run/lock" 2>/dev/null
}

# write_durably FILE PATH: replaces PATH atomically: it has the old content or the new one, also after a power cut
write_durably() {
  dd if="$1" of="$2.new" conv=fsync 2>/dev/null && mv -f "$2.new" "$2"
}

# status_of FILE: the status of a stored report
status_of() {
  sed -n 's/.*"status":"\([a-z-]*\)".*/\1/p' "$1"
}

# print_stored FILE: the result of an earlier run, marked as such
print_stored() {
  sed 's/"replayed":false/"replayed":true/' "$1"
}

# replay_if_known: for a key that has a result, prints that result and ends
replay_if_known() {
  [ -f "$journal/$SSM_operationKey.json" ] || return 0
  print_stored "$journal/$SSM_operationKey.json"
  leave_with "$(status_of "$journal/$SSM_operationKey.json")"
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
  printf '%s\n' "$SSM_fencingToken" >"$work/fence"
  date +%s >"$work/started"
  write_durably "$work/fence" "$state/fence" || answer refused "cannot write $state"
  write_durably "$work/started" "$journal/$SSM_operationKey.started" || answer refused "cannot write $journal"
}

# finish STATUS REASON: writes the result to the journal; it is printed afterwards
finish() {
  report "$1" "$2" >"$work/report"
  write_durably "$work/report" "$journal/$SSM_operationKey.json" && rm -f "$journal/$SSM_operationKey.started"
  # shellcheck disable=SC2012 # our own file names hold no blanks
  ls -t "$journal" | awk -v keep="$journal_keeps" 'NR > keep' | while read -r old; do rm -f "$journal/$old"; done
}

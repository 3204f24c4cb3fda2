# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# Commit-confirm: the rollback timer, and how a change ends: confirmed or rolled back.
# An open change is a folder $armed/<operationKey>, created before anything is changed. Its symbolic link `decision` says
# which came first, confirm or rollback; its file `outcome` exists once the rollback has ended. A reboot empties /run and
# the kernel's tables, so no change is open after it.
armed_keeps=10

# arm FOLDER SECONDS: starts the rollback timer in a process that a time-out of this document does not kill.
# systemd's timers run in the machine's first namespaces; a host in other namespaces (the lab) gets a plain process.
arm() {
  if [ -z "$root" ] && [ "$(cat /proc/1/comm 2>/dev/null)" = systemd ] && in_first_namespaces &&
    bounded systemd-run --quiet --on-active="$2" --timer-property=AccuracySec=1s /bin/sh "$1/restore" >/dev/null 2>&1; then
    return 0
  fi
  setsid /bin/sh "$1/restore" after "$2" >/dev/null 2>&1 </dev/null &
  wait_for "$1/timer" 3
}

# wait_for FILE SECONDS: true when the file appeared in time
wait_for() {
  late_at=$(($(seconds_up) + $2))
  until [ -f "$1" ]; do
    [ "$(seconds_up)" -le "$late_at" ] || return 1
    pause
  done
}

in_first_namespaces() {
  for namespace in net mnt; do
    [ "$(readlink "/proc/1/ns/$namespace")" = "$(readlink "/proc/self/ns/$namespace")" ] || return 1
  done
}

# end_timer FOLDER: stops the timer of a change whose decision is made
end_timer() {
  timer=$(cat "$1/timer" 2>/dev/null)
  [ -z "$timer" ] || ! is_alive "$timer" || kill -TERM "-${timer%%.*}" 2>/dev/null
}

# roll_back FOLDER: restores the snapshot, unless the change was confirmed. Repeats a rollback that was interrupted.
roll_back() {
  /bin/sh "$1/restore" >/dev/null 2>&1
  [ "$(readlink "$1/decision")" = rolled-back ] || return 0
  wait_for "$1/outcome" 6 || /bin/sh "$1/restore" again >/dev/null 2>&1
}

# why_not_back FOLDER: why the rollback failed; empty when everything was restored
why_not_back() {
  [ "$(cat "$1/outcome" 2>/dev/null)" = rolled-back ] ||
    echo "the snapshot could not be put back: $(head -n 1 "$1/errors" 2>/dev/null)"
}

# finish_put_back FOLDER REASON
finish_put_back() {
  not_back=$(why_not_back "$1")
  if [ -z "$not_back" ]; then
    finish_and_tell rolled-back "$2"
  else
    finish_and_tell failed "$not_back"
  fi
}

# settle_open_changes: runs before any new change. While an earlier change waits for its confirmation, refuses. An earlier
# change that was interrupted, or has lost its timer, is rolled back first, so that it cannot be rolled back later.
settle_open_changes() {
  for open in "$armed"/*; do
    [ -f "$open/deadline" ] || continue
    [ "$(readlink "$open/decision")" != confirmed ] || continue
    [ ! -f "$open/outcome" ] || continue
    # by the time of day, for people; and in seconds since the host started
    read -r rolls_back_at overdue_at <"$open/deadline"
    if [ -f "$(cat "$open/journal")" ] && [ ! -h "$open/decision" ] && [ "$(seconds_up)" -le "$((${overdue_at:-0} + 2))" ]; then
      rollback_at=$rolls_back_at
      refusal=busy
      answer refused "change ${open##*/} waits for its confirmation"
    fi
    roll_back "$open"
    end_timer "$open"
  done
}

# forget_old_changes: keeps the newest few, so that late questions about them can be answered
forget_old_changes() {
  # shellcheck disable=SC2012 # our own file names hold no blanks
  ls -t "$armed" | awk -v keep="$armed_keeps" 'NR > keep' | while read -r old; do rm -rf "${armed:?}/$old"; done
  rm -rf "$armed"/.new.*
}

# end_if_put_back: a key whose earlier run was interrupted and rolled back does not run again
end_if_put_back() {
  [ -f "$armed/$SSM_operationKey/deadline" ] || return 0
  begin
  finish_put_back "$armed/$SSM_operationKey" 'the earlier run of this key did not end; its snapshot was put back'
}

# open_change SECONDS [DEVICE]: takes the snapshot (of DEVICE and everything that the operations name) and starts the
# timer. From here on all changes are rolled back unless confirmed.
open_change() {
  forget_old_changes
  arms=$armed/.new.$SSM_operationKey
  rolls_back_at=$(($(date +%s) + $1))
  if ! take_snapshot "$arms" "${2:-}" || ! printf '%s %s\n' "$rolls_back_at" "$(($(seconds_up) + $1))" >"$arms/deadline" || ! has_room; then
    has_room || answer refused "$no_room"
    answer refused "the snapshot could not be taken: $(head -n 1 "$arms/errors" 2>/dev/null)"
  fi
  begin
  if ! mv -T "$arms" "$armed/$SSM_operationKey" 2>/dev/null; then
    rm -f "$journal/$SSM_operationKey.started"
    answer refused "cannot write $armed"
  fi
  rollback_at=$rolls_back_at
  arms=$armed/$SSM_operationKey
  arm "$arms" "$1" && return 0
  rm -rf "$arms" "$journal/$SSM_operationKey.started"
  rollback_at=null
  answer refused 'the rollback timer could not be armed'
}

# fired: the timer ran out while this document was still at work, so some changes came after the rollback
fired() {
  [ "$(readlink "$arms/decision")" = rolled-back ]
}

# put_back_again: rolls back once more, because changes were made after the timer had fired
put_back_again() {
  roll_back "$arms"
  /bin/sh "$arms/restore" again >/dev/null 2>&1
  rollback_at=null
  finish_put_back "$arms" "the rollback fired before the $action ended"
}

# end_change: reports what was done since open_change. If any line failed, or nobody would know of the change, all of it is rolled
# back at once.
end_change() {
  why=''
  if fired; then
    put_back_again
  elif has_failed; then
    why=$(first_failure)
  else
    finish applied '' || why="the result cannot be written to $journal"
    ! fired || put_back_again
  fi
  [ -n "$why" ] || tell
  roll_back "$arms"
  end_timer "$arms"
  rollback_at=null
  not_back=$(why_not_back "$arms")
  finish_and_tell failed "$why; ${not_back:-the snapshot was put back}"
}

# shellcheck shell=sh
# shellcheck disable=SC2154 # SSM_* come from the agent, `action` from the script that follows
# Common ground of the documents' scripts: parameters, JSON, lock, journal, fence. Prepended to each of them.
# POSIX sh with iproute2 and coreutils; RESTITCH_ROOT moves every state folder (empty on a real node).
set -u
LC_ALL=C
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"
export LC_ALL PATH
umask 077

root=${RESTITCH_ROOT:-}
state=$root/var/lib/restitch
journal=$state/journal
armed=$state/armed
journal_keeps=200
lock_held=''

work=$(mktemp -d) || exit 1
# shellcheck disable=SC2317 # called by the trap
leave() {
  [ -z "$lock_held" ] || rm -rf "$state/lock"
  rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# json_string TEXT: the text as a JSON string, without control characters
json_string() {
  printf '"%s"' "$(printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g')"
}

# json_lines FILE: the file's lines as a JSON array of strings
json_lines() {
  awk 'BEGIN { printf "[" } { gsub(/[\\"]/, "\\\\&"); printf "%s\"%s\"", (NR > 1 ? "," : ""), $0 } END { printf "]" }' "$1"
}

: >"$work/changed"
: >"$work/failed"
unchanged=0
rollback_at=null
check_only=false

# report STATUS REASON: the one line that the document prints
report() {
  failed=$(awk -F '\t' 'BEGIN { printf "[" } { gsub(/[\\"]/, "\\\\&"); printf "%s{\"line\":\"%s\",\"error\":\"%s\"}", (NR > 1 ? "," : ""), $1, $2 } END { printf "]" }' "$work/failed")
  reason=null
  [ -z "$2" ] || reason=$(json_string "$2")
  printf '{"schema":"restitch/action/1","action":"%s","operationKey":%s,"status":"%s","replayed":false,"checkOnly":%s,"changed":%s,"unchangedCount":%d,"failed":%s,"reason":%s,"rollbackAt":%s}\n' \
    "$action" "$(json_string "${SSM_operationKey:-}")" "$1" "$check_only" "$(json_lines "$work/changed")" "$unchanged" "$failed" "$reason" "$rollback_at"
}

# refuse REASON: nothing was touched
refuse() {
  report refused "$1"
  exit 3
}

# need NAME…: every parameter must be in the environment. An agent that ignores interpolationType ENV_VAR sets none.
need() {
  for parameter in "$@"; do
    eval "[ -n \"\${SSM_$parameter+set}\" ]" || refuse "parameter $parameter is not in the environment: the SSM agent is older than 3.3.2746.0"
  done
}

# matches TEXT ERE: the whole text, of one line, fits
matches() {
  case $1 in *'
'*) return 1 ;; esac
  printf '%s\n' "$1" | grep -Eq "^($2)\$"
}

need_operation_key() {
  need operationKey
  matches "$SSM_operationKey" '[A-Za-z0-9][A-Za-z0-9._-]{0,99}' || refuse 'operationKey has a form that is not ours'
}

# take_lock: one document at a time; a lock whose owner is gone is taken over
take_lock() {
  mkdir -p "$journal" "$armed" || refuse "cannot write $state"
  tries=0
  until mkdir "$state/lock" 2>/dev/null; do
    owner=$(cat "$state/lock/pid" 2>/dev/null)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$state/lock"
      continue
    fi
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || refuse "another document (pid ${owner:-unknown}) has been at work for 30 s"
    sleep 1
  done
  lock_held=yes
  printf '%s\n' "$$" >"$state/lock/pid"
}

# replay_or_begin: the stored result of this key, else its start is put on record before anything is touched
replay_or_begin() {
  if [ -f "$journal/$SSM_operationKey.json" ]; then
    sed 's/"replayed":false/"replayed":true/' "$journal/$SSM_operationKey.json"
    exit 0
  fi
  highest=$(cat "$state/fence" 2>/dev/null)
  [ "$SSM_fencingToken" -ge "${highest:-0}" ] || refuse "fencing token $SSM_fencingToken is older than $highest"
  printf '%s\n' "$SSM_fencingToken" >"$work/fence" && mv "$work/fence" "$state/fence"
  date +%s >"$journal/$SSM_operationKey.started"
  sync
}

# finish STATUS REASON: the result goes into the journal before it is printed
finish() {
  report "$1" "$2" >"$work/report"
  cp "$work/report" "$journal/.new" && sync && mv "$journal/.new" "$journal/$SSM_operationKey.json"
  rm -f "$journal/$SSM_operationKey.started"
  # shellcheck disable=SC2012 # our own file names hold no blanks
  (cd "$journal" && ls -t | awk -v keep="$journal_keeps" 'NR > keep' | while read -r old; do rm -f "$old"; done)
  cat "$work/report"
  case $1 in failed) exit 1 ;; *) exit 0 ;; esac
}

# bounded COMMAND…: nothing that hangs may hang us
bounded() {
  timeout -k 1 "${bound:-5}" "$@"
}

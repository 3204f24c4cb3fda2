# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# What all documents share: parameters, JSON, the report. Prepended to each of them.
# POSIX sh with iproute2, awk and coreutils. RESTITCH_ROOT is a prefix for the state folders; empty on a real node.
set -u
LC_ALL=C
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"
export LC_ALL PATH
umask 077

root=${RESTITCH_ROOT:-}
run=$root/run/restitch

# identity PID: PID and start time (proc(5), field 22), so that a later process with the same PID is not mistaken for it
identity() {
  stat=''
  read -r stat 2>/dev/null <"/proc/$1/stat"
  # shellcheck disable=SC2086 # the fields after the program's name
  set -- "$1" ${stat##*) }
  printf '%s.%s' "$1" "${21:-}"
}

# is_alive IDENTITY
is_alive() {
  kill -0 "${1%%.*}" 2>/dev/null && [ "$(identity "${1%%.*}")" = "$1" ]
}

# seconds_up: whole seconds since the host started. What waits goes by this: the time of day may be set meanwhile.
seconds_up() {
  read -r up _ </proc/uptime
  echo "${up%%.*}"
}

# why_foreign FOLDER…: makes them, and says which is not root's alone; nothing when all are. What lies in them is run, removed or
# written to as root, so nobody else may have a hand in them.
why_foreign() {
  for folder in "$@"; do
    if [ -h "$folder" ]; then
      echo "$folder is a link"
    elif [ ! -d "$folder" ] && ! mkdir -p "$folder" 2>/dev/null; then
      echo "$folder cannot be made"
    elif [ ! -O "$folder" ]; then
      echo "$folder belongs to another user"
    else
      continue
    fi
    return
  done
  find "$@" -prune \( -perm -020 -o -perm -002 \) 2>/dev/null | sed -n '1s/$/ can be written by other users/p'
}

# has_room: false once the working folder was full. Not every tool says that what it prints could not be written (iproute2,
# busybox's awk), so this is asked after whatever counts.
full=''
has_room() {
  [ -z "$full" ] && printf '%4096s' '' >>"$work/room" && return 0
  full=yes
  return 1
} 2>/dev/null
no_room="there is no room in $run"

# The working folder. Those of scripts that were killed are removed. What stands in the way is told by `need`, with which every
# document begins.
me=$(identity $$)
work=$run/work.$me
obstacle=$(why_foreign "$run")
if [ -z "$obstacle" ]; then
  for left in "$run"/work.*; do
    is_alive "${left##*/work.}" || rm -rf "$left"
  done
  if ! mkdir "$work" 2>/dev/null; then
    obstacle="cannot write $run"
  elif ! has_room; then
    obstacle=$no_room
  fi
fi
lock_held=''
# shellcheck disable=SC2317 # called by the trap
leave() {
  [ -z "$lock_held" ] || release_lock
  case $obstacle in '' | "$no_room") rm -rf "$work" ;; esac
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# text(): a string as JSON. Characters outside printable ASCII become blanks; only error texts of tools can contain any.
# shellcheck disable=SC2016 # awk's own
awk_text='function text(s) { gsub(/[^ -~]/, " ", s); gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }'

if [ -z "$obstacle" ]; then
  : >"$work/changed"
  : >"$work/failed"
fi
unchanged=0
rollback_at=null
check_only=false
# why a refusal passes: stale-token or busy; empty for one that stays
refusal=

# report STATUS REASON: the one line that the document prints. Run Command cuts the output at 24,000 characters, which would
# break the JSON, so the lists are shortened first; the reason says by how much.
report() {
  ended=$1 because=$2
  set -- "$work/changed" "$work/failed"
  [ -z "$obstacle" ] || set -- /dev/null
  STATUS=$ended REASON=$because ACTION=$action KEY=${SSM_operationKey:-} UNCHANGED=$unchanged CHECK_ONLY=$check_only \
    ROLLBACK_AT=$rollback_at REFUSAL=$refusal awk -F '\t' "$awk_text"'
    function list(name, item, room) {
      if (length(out[name]) > room) { cut[name]++; return }
      out[name] = out[name] (out[name] == "" ? "" : ",") item
    }
    FILENAME ~ /changed$/ { list("changed", text($1), 12000); next }
    { list("failed", "{\"line\":" text($1) ",\"error\":" text(substr($2, 1, 200)) "}", 6000) }
    END {
      reason = substr(ENVIRON["REASON"], 1, 600)
      for (name in cut) reason = reason (reason == "" ? "" : "; ") cut[name] " more " name " lines are not listed"
      print "{\"schema\":\"restitch/action/1\",\"action\":" text(ENVIRON["ACTION"]) ",\"operationKey\":" text(substr(ENVIRON["KEY"], 1, 100)) \
        ",\"status\":" text(ENVIRON["STATUS"]) ",\"replayed\":false,\"checkOnly\":" ENVIRON["CHECK_ONLY"] ",\"changed\":[" out["changed"] "]" \
        ",\"unchangedCount\":" ENVIRON["UNCHANGED"] ",\"failed\":[" out["failed"] "],\"reason\":" (reason == "" ? "null" : text(reason)) \
        ",\"rollbackAt\":" ENVIRON["ROLLBACK_AT"] \
        (ENVIRON["REFUSAL"] == "" ? "" : ",\"refusal\":" text(ENVIRON["REFUSAL"])) "}"
    }
  ' "$@"
}

# leave_with STATUS: exits with 0 (done), 1 (not done) or 3 (refused, nothing was changed)
leave_with() {
  case $action:$1 in
  *:refused) exit 3 ;;
  *:failed | confirm:not-armed | confirm:rolled-back | apply:rolled-back | bounce:rolled-back | rollback:confirmed) exit 1 ;;
  *) exit 0 ;;
  esac
}

# answer STATUS REASON: prints the report and ends
answer() {
  report "$1" "$2"
  leave_with "$1"
}

# need NAME…: every parameter must be in the environment. An agent that ignores interpolationType ENV_VAR sets none.
need() {
  [ -z "$obstacle" ] || answer refused "$obstacle"
  for parameter in "$@"; do
    eval "[ -n \"\${SSM_$parameter+set}\" ]" ||
      answer refused "parameter $parameter is not in the environment: the SSM agent is older than 3.3.2746.0"
  done
}

# matches TEXT ERE: true when TEXT is one line and matches as a whole
matches() {
  case $1 in *'
'*) return 1 ;; esac
  printf '%s\n' "$1" | grep -Eq "^($2)\$"
}

# need_device NAME: refuses unless the parameter is the name of an interface: [a-z][a-z0-9._-]{0,14}
need_device() {
  eval "device=\$SSM_$1"
  case $device in
  '' | [!a-z]* | *[!a-z0-9._-]* | ????????????????*) answer refused "$1 is not an interface name" ;;
  esac
}

need_operation_key() {
  need operationKey
  matches "$SSM_operationKey" '[A-Za-z0-9][A-Za-z0-9._-]{0,99}' || answer refused 'operationKey has a form that is not ours'
}

need_fencing_token() {
  need fencingToken
  matches "$SSM_fencingToken" '[0-9]{1,15}' || answer refused 'fencingToken is not a number'
}

# bounded COMMAND…: runs it with a time limit of `bound` seconds (5 unless set), because tools can hang
bounded() {
  timeout -k 1 "${bound:-5}" "$@"
}

# listed COMMAND…: lists a table of the kernel. If the table changes meanwhile, as it does when pods come and go (seen with 40
# devices), iproute2 exits with 0 and says "Dump was interrupted and may be inconsistent". Then it is listed again.
listed() {
  for _ in 1 2 3 4 5; do
    bounded "$@" >"$work/listed" 2>"$work/listed.error"
    status=$?
    grep -q 'Dump was interrupted' "$work/listed.error" || break
  done
  has_room
  cat "$work/listed" || full=yes
  cat "$work/listed.error" >&2
  return "$status"
}

# pause: a tenth of a second; a whole one where sleep takes no fractions
pause() {
  sleep 0.1 2>/dev/null || sleep 1
}

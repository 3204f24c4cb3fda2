# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# The packets that diagnose sends, all probes at the same time. `-M do`: the packet must not be fragmented.
# Modes: echo, there and back; hop, a packet that expires one hop behind the peer, so that only the way to it must carry the
# size; search, the largest packet that is answered; connect, a TCP connection, which a refusal answers as well.

# set_candidate N: the Nth packet length of a search. WireGuard pads to 16 bytes, so lengths in between give the same result.
set_candidate() {
  candidate=$((512 + 16 * $1))
  [ "$1" -ne "$steps" ] || candidate=$most
}

# search ADDRESS PAYLOAD: the headers before the payload are 28 bytes, of IPv6 48. Divides the range by eight in each round and
# probes all points at once, until two adjacent lengths differ. A ping that failed itself, or that a busy host could not finish,
# says nothing, so there is no result then.
search() {
  case $1 in *:*) headers=48 ;; *) headers=28 ;; esac
  most=$(($2 + headers)) low=0
  steps=$(((most - 512 + 15) / 16))
  [ "$steps" -ge 1 ] || steps=1
  high=$((steps + 1)) points=$steps
  while [ $((high - low)) -gt 1 ]; do
    width=$(((high - low + 7) / 8)) point=$low pings=''
    while point=$((point + width)) && [ "$point" -lt "$high" ]; do points="$points $point"; done
    for point in $points; do
      set_candidate "$point"
      timeout -k 1 4 ping -n -M 'do' -c 5 -i 0.05 -W 1 -s $((candidate - headers)) "$1" >/dev/null 2>&1 &
      pings="$pings $point:$!"
    done
    points=''
    for ping in $pings; do
      wait "${ping#*:}"
      case $? in
      0) [ "${ping%:*}" -le "$low" ] || low=${ping%:*} ;;
      1) points="$points ${ping%:*}" ;;
      *) return 124 ;;
      esac
    done
    for point in $points; do
      [ "$point" -gt "$low" ] && [ "$point" -lt "$high" ] && high=$point
    done
    points=''
  done
  [ "$low" -ne 0 ] || return 1
  set_candidate "$low"
  printf 'found %s\n' $((candidate - headers))
}

# connect ADDRESS PORT: with whatever the host has that makes TCP connections, for at most two seconds
connect() {
  case $1 in *:*) bracketed="[$1]" ;; *) bracketed=$1 ;; esac
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016 # for bash
    exec timeout -k 1 2 bash -c 'echo trying; : <"/dev/tcp/$1/$2" && echo connected' connect "$1" "$2"
  elif command -v curl >/dev/null; then
    exec timeout -k 1 3 curl -v -s -m 2 --noproxy '*' -o /dev/null "http://$bracketed:$2/"
  elif command -v nc >/dev/null; then
    # Only busybox says why a connection failed without being asked, and may not know `-v`.
    case $(timeout 1 nc --help 2>&1 </dev/null) in *BusyBox*) verbose='' ;; *) verbose=-v ;; esac
    # shellcheck disable=SC2086 # one option or none
    exec timeout -k 1 3 nc $verbose -w 2 "$1" "$2" </dev/null
  elif command -v wget >/dev/null; then
    http_proxy='' exec timeout -k 1 3 wget -T 2 -O /dev/null "http://$bracketed:$2/"
  else
    return 127
  fi 2>&1
}

# nap SECONDS: a whole one where sleep takes no fractions
nap() {
  sleep "$1" 2>/dev/null || sleep 1
}

# choose_probes: of the probes of several instances those that are this one's. None is under way yet.
choose_probes() {
  own_probes='' probes_started='' below='' through=''
  IFS=,
  for probe in $SSM_probes; do
    case $probe in
    "${AWS_SSM_INSTANCE_ID:-}="*) own_probes="$own_probes ${probe#*=}" ;;
    *=*) ;;
    *) own_probes="$own_probes $probe" ;;
    esac
  done
  unset IFS
}

# start_probes: ten packets in the time of three. Two of a hop only: the kernel answers no more than six at once (icmp_ratelimit).
# `-s INT`: a ping that runs out of time still says what it sent. `below`: NUMBER:PID of the probes below the overlay; `through`:
# NUMBER:PID:SIGNAL:HOST of those that their answers tell about, and how each is ended; `probes_started`: NUMBER:PID of the others.
start_probes() {
  number=0
  for probe in $own_probes; do
    number=$((number + 1)) file=$work/probe.$number
    name=${probe%%/*} rest=${probe#*/}
    address=${rest%%/*} rest=${rest#*/}
    payload=${rest%%/*} mode=${rest#*/}
    printf 'probe %s %s %s %s\n' "$name" "$address" "$payload" "$mode" >"$file"
    signal=INT
    case $mode in
    echo) timeout -s INT -k 1 5 ping -n -M 'do' -c 10 -i 0.05 -W 1 -s "$payload" "$address" >>"$file" 2>&1 & ;;
    hop) timeout -s INT -k 1 5 ping -n -M 'do' -t 1 -c 2 -i 0.2 -W 1 -s "$payload" "$address" >>"$file" 2>&1 & ;;
    search) search "$address" "$payload" >>"$file" & ;;
    connect)
      signal=TERM
      connect "$address" "$payload" >>"$file" 2>/dev/null &
      ;;
    esac
    case $name:$mode:$address in
    *:search:* | *:*:*:*) probes_started="$probes_started $number:$!" ;;
    underlay-*) below="$below $number:$!" ;;
    *) through="$through $number:$!:$signal:${name#*-}" ;;
    esac
  done
}

# finish_probe NUMBER PID: a program that was ended in the middle of a line leaves it without its end
finish_probe() {
  wait "$2"
  printf '\nstatus %s\n' "$?" >>"$work/probe.$1"
}

# is_open PID: this probe has not ended, and no other process has got its number since
is_open() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return
  # shellcheck disable=SC2086 # the fields after the program's name
  set -- ${stat##*) }
  [ "${2:-}" = $$ ] && [ "$1" != Z ]
}

# open_probes PROBE…: those that have not ended
open_probes() {
  still_open=''
  for probe in "$@"; do
    rest=${probe#*:}
    ! is_open "${rest%%:*}" || still_open="$still_open $probe"
  done
  [ -n "$still_open" ]
}

# near_hosts FILE…: those that have answered every packet below the overlay. First how long what goes through it may take, in steps of 20 ms:
# four times as long as the slowest of these answers, and 0.2 s more.
near_hosts() {
  awk '
    FNR == 1 { host = substr($2, index($2, "-") + 1) }
    /packets transmitted/ { sent = $1; received = 0; for (i = 1; i <= NF; i++) if ($i ~ /^received/) received = $(i - 1) }
    /min\/avg/ && received == sent {
      hosts = hosts " " host; n = split($0, time, "[=/]")
      for (i = 1; i <= n; i++) if (time[i] + 0 > slowest) slowest = time[i] + 0
    }
    END { if (hosts != "") print 10 + int(slowest / 5) hosts }
  ' "$@"
}

# end_lost FILE…: ends what near hosts leave unanswered. Of a connection the kernel repeats a lost packet after a second only, so a second one
# is tried before. A ping that has had any answer is left to itself.
end_lost() {
  nap 0.02
  # shellcheck disable=SC2086 # words of our own making
  open_probes $through || return
  hosts=$(near_hosts "$@")
  steps=${hosts%% *} again=''
  set --
  for probe in $still_open; do
    case "$hosts " in *" ${probe##*:} "*) set -- "$@" "$probe" ;; *) continue ;; esac
    file=$work/probe.${probe%%:*}
    read -r _ _ address port mode <"$file"
    [ "$mode" = connect ] || continue
    connect "$address" "$port" >>"$file" 2>/dev/null &
    again="$again $!"
  done
  while open_probes "$@" && [ "$steps" -gt 0 ]; do
    nap 0.02
    steps=$((steps - 1))
  done
  for probe in $still_open; do
    rest=${probe#*:}
    pid=${rest%%:*} rest=${rest#*:}
    grep -q 'seq=' "$work/probe.${probe%%:*}" || kill -s "${rest%%:*}" "$pid"
  done
  for pid in $again; do ! is_open "$pid" || kill "$pid"; done
}

# finish_probes: what is still open when the packets below the overlay are back is not waited for in vain
finish_probes() {
  set --
  for probe in $below; do
    finish_probe "${probe%:*}" "${probe#*:}"
    set -- "$@" "$work/probe.${probe%:*}"
  done
  [ $# -eq 0 ] || [ -z "$through" ] || end_lost "$@"
  for probe in $through $probes_started; do
    number=${probe%%:*} probe=${probe#*:}
    finish_probe "$number" "${probe%%:*}"
  done
}

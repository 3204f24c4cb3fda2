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
    timeout -k 1 2 bash -c 'echo trying; : <"/dev/tcp/$1/$2"' connect "$1" "$2"
  elif command -v curl >/dev/null; then
    timeout -k 1 3 curl -v -s -m 2 --noproxy '*' -o /dev/null "http://$bracketed:$2/"
  elif command -v nc >/dev/null; then
    # Only busybox says why a connection failed without being asked, and may not know `-v`.
    case $(timeout 1 nc --help 2>&1 </dev/null) in *BusyBox*) verbose='' ;; *) verbose=-v ;; esac
    # shellcheck disable=SC2086 # one option or none
    timeout -k 1 3 nc $verbose -w 2 "$1" "$2" </dev/null
  elif command -v wget >/dev/null; then
    http_proxy='' timeout -k 1 3 wget -T 2 -O /dev/null "http://$bracketed:$2/"
  else
    return 127
  fi 2>&1
}

# start_probes: ten packets in the time of three. Two of a hop only: the kernel answers no more than six at once (icmp_ratelimit).
# `-s INT`: a ping that runs out of time still says what it sent.
start_probes() {
  probes_started='' number=0
  IFS=,
  for probe in $SSM_probes; do
    unset IFS
    case $probe in
    "${AWS_SSM_INSTANCE_ID:-}="*) probe=${probe#*=} ;;
    *=*) continue ;;
    esac
    number=$((number + 1)) file=$work/probe.$number
    name=${probe%%/*} rest=${probe#*/}
    address=${rest%%/*} rest=${rest#*/}
    payload=${rest%%/*} mode=${rest#*/}
    printf 'probe %s %s %s %s\n' "$name" "$address" "$payload" "$mode" >"$file"
    case $mode in
    echo) timeout -s INT -k 1 5 ping -n -M 'do' -c 10 -i 0.05 -W 1 -s "$payload" "$address" >>"$file" 2>&1 & ;;
    hop) timeout -s INT -k 1 5 ping -n -M 'do' -t 1 -c 2 -i 0.2 -W 1 -s "$payload" "$address" >>"$file" 2>&1 & ;;
    search) search "$address" "$payload" >>"$file" & ;;
    connect) connect "$address" "$payload" >>"$file" & ;;
    esac
    probes_started="$probes_started $number:$!"
  done
  unset IFS
}

# finish_probes: a program that was ended in the middle of a line leaves it without its end
finish_probes() {
  for probe in $probes_started; do
    wait "${probe#*:}"
    printf '\nstatus %s\n' "$?" >>"$work/probe.${probe%:*}"
  done
}

import { type FaultStep, shell } from '../fault.ts';

/**
 * A device of perl, which every Debian has: what is routed into it comes out again later. TUNSETIFF with IFF_TUN | IFF_NO_PI
 * (linux/if_tun.h). Arguments: seconds, joined by commas, that
 * packets are held for in turn; the device whose packets it holds.
 */
const HOLD = `
use Time::HiRes "time"; use Fcntl;
sysopen(my $tun, "/dev/net/tun", O_RDWR) or die;
my $want = pack("a16s", "delay0", 0x1001); ioctl($tun, 0x400454ca, $want) or die;
system("ip link set delay0 mtu 1500 up && ip route add default dev delay0 table 90 && ip rule add pref 90 iif $ARGV[1] lookup 90") == 0 or die;
my @seconds = split /,/, $ARGV[0]; my $turn = 0; my @held; my $bits = ""; vec($bits, fileno($tun), 1) = 1;
while (1) {
  my $wait = @held ? $held[0][0] - time : 1;
  if (select(my $ready = $bits, undef, undef, $wait > 0 ? $wait : 0)) { sysread($tun, my $packet, 65535); @held = sort { $a->[0] <=> $b->[0] } @held, [time + $seconds[$turn++ % @seconds], $packet]; }
  while (@held && $held[0][0] <= time) { syswrite($tun, (shift @held)->[1]); }
}
`;

/**
 * Makes a router hold everything that comes in from one device for so long. With several times, packets are held for one after
 * the other, and overtake each other. netem is not in every kernel.
 */
export function delayLine(router: string, device: string, ...milliseconds: readonly number[]): FaultStep {
  return shell(
    router,
    `setsid perl -e '${HOLD}' ${milliseconds.map((each) => each / 1_000).join(',')} ${device} >/dev/null 2>&1 </dev/null &
     for look in 1 2 3 4 5 6 7 8 9 10; do ip rule | grep -q '^90:' && exit; sleep 0.1; done; exit 1`,
  );
}

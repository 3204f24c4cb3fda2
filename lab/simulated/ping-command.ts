import { assertNever } from '../../core/assert-never.ts';
import { parseAttributes } from './attributes.ts';
import { type Delivery, firstRouter, roundTrip } from './deliver.ts';
import { failed, notSimulated, type Outcome, printed } from './outcome.ts';
import { findHost, type SimulatedHost, type SimulatedNetwork } from './simulated-network.ts';

/** IPv4 header 20 + ICMP header 8. */
const PING_OVERHEAD_BYTES = 28;
const RTT_MS = 0.5;

/** iputils' `ping`: the whole series at once, because the tables do not change while it runs. */
export function pingCommand(network: SimulatedNetwork, name: string, words: readonly string[]): Outcome {
  const host = findHost(network, name);
  const known = { flags: ['-n', '-q'], values: ['-c', '-i', '-W', '-w', '-s', '-M', '-I', '-t'] };
  const { bare, values } = parseAttributes(words, known);
  const [address] = bare;
  if (address === undefined || bare.length > 1) return notSimulated(host, ['ping', ...words]);
  const payloadBytes = Number(values.get('-s') ?? 56);
  const count = Number(values.get('-c') ?? 1);
  const bytes = payloadBytes + PING_OVERHEAD_BYTES;
  const dontFragment = values.get('-M') === 'do';
  if (values.get('-t') === '1') return expiring(network, host, { address, bytes, payloadBytes, count });
  const delivery = roundTrip(network, host, address, bytes, dontFragment);
  if (delivery.type === 'no-route') return failed(host, 2, 'ping: connect: Network is unreachable');
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const received = delivery.type === 'delivered' ? count : 0;
  const errors = delivery.type === 'too-long' ? `+${count} errors, ` : '';
  const outcome = printed(host, [
    `PING ${address} (${address}) ${payloadBytes}(${bytes}) bytes of data.`,
    ...numbers.flatMap((number) => answers(delivery, address, payloadBytes, number)),
    '',
    `--- ${address} ping statistics ---`,
    `${count} packets transmitted, ${received} received, ${errors}${received === count ? 0 : 100}% packet loss, time ${(count - 1) * 200}ms`,
    ...(received > 0 ? [`rtt min/avg/max/mdev = ${RTT_MS}00/${RTT_MS}00/${RTT_MS}00/0.000 ms`] : []),
  ]);
  return { ...outcome, code: received > 0 ? 0 : 1 };
}

interface Series {
  readonly address: string;
  readonly bytes: number;
  readonly payloadBytes: number;
  readonly count: number;
}

/** A packet with one hop to live: the first host that would have to pass it on says so, when it passes packets on. */
function expiring(network: SimulatedNetwork, host: SimulatedHost, series: Series): Outcome {
  const { address, bytes, payloadBytes, count } = series;
  const router = firstRouter(network, host, address, bytes);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const outcome = printed(host, [
    `PING ${address} (${address}) ${payloadBytes}(${bytes}) bytes of data.`,
    ...(router === undefined ? [] : numbers.map((number) => `From ${router} icmp_seq=${number} Time to live exceeded`)),
    '',
    `--- ${address} ping statistics ---`,
    `${count} packets transmitted, 0 received, 100% packet loss, time ${(count - 1) * 200}ms`,
  ]);
  return { ...outcome, code: 1 };
}

function answers(delivery: Delivery, address: string, payloadBytes: number, number: number): readonly string[] {
  switch (delivery.type) {
    case 'delivered':
      return [`${payloadBytes + 8} bytes from ${address}: icmp_seq=${number} ttl=64 time=${RTT_MS}00 ms`];
    case 'too-long':
      return delivery.local
        ? [`ping: local error: message too long, mtu=${delivery.mtuBytes}`]
        : [`From ${address} icmp_seq=${number} Frag needed and DF set (mtu = ${delivery.mtuBytes})`];
    case 'lost':
    case 'no-route':
      return [];
    default:
      return assertNever(delivery);
  }
}

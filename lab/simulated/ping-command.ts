import { assertNever } from '../../core/assert-never.ts';
import { parseAttributes } from './attributes.ts';
import { type Delivery, roundTrip } from './deliver.ts';
import { failed, notSimulated, type Outcome, printed } from './outcome.ts';
import { findHost, type SimulatedNetwork } from './simulated-network.ts';

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
  const delivery = roundTrip(network, host, address, bytes, values.get('-M') === 'do');
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

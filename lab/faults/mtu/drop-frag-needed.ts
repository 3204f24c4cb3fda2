import type { FaultStep } from '../../fault.ts';
import { drop } from '../drop.ts';

/** In both families: "fragmentation needed" and "packet too big". */
const tooLong = ['icmp type destination-unreachable icmp code frag-needed', 'icmpv6 type packet-too-big'];

/** Routers that neither send nor forward word of packets that are too long: path MTU discovery is blind behind them. */
export function dropFragNeeded(...routers: readonly string[]): readonly FaultStep[] {
  return routers.flatMap((router) =>
    tooLong.flatMap((match) => [drop(router, 'output', match), drop(router, 'forward', match)]),
  );
}

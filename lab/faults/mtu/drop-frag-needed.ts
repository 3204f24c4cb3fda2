import type { FaultStep } from '../../fault.ts';
import { drop } from '../drop.ts';

/** Routers that neither send nor forward "fragmentation needed": path MTU discovery is blind behind them. */
export function dropFragNeeded(...routers: readonly string[]): readonly FaultStep[] {
  const fragNeeded = 'icmp type destination-unreachable icmp code frag-needed';
  return routers.flatMap((router) => [drop(router, 'output', fragNeeded), drop(router, 'forward', fragNeeded)]);
}

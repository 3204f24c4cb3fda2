import type { IpOptions } from './ip-command.ts';
import { notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost } from './simulated-network.ts';

/** `ip rule show`: the three rules that every kernel begins with. No other is simulated. */
export function ipRule(host: SimulatedHost, _options: IpOptions, verb: string, rest: readonly string[]): Outcome {
  if (verb !== 'show' || rest.length > 0) return notSimulated(host, ['ip', 'rule', verb, ...rest]);
  return printed(host, [
    '0:\tfrom all lookup local',
    '32766:\tfrom all lookup main',
    '32767:\tfrom all lookup default',
  ]);
}

import { bridgeCommand } from './bridge-command.ts';
import { connectCommand } from './connect-command.ts';
import { ethtoolCommand } from './ethtool-command.ts';
import { ipCommand } from './ip-command.ts';
import type { NetworkStore } from './network-store.ts';
import { failed, type Outcome } from './outcome.ts';
import { pingCommand } from './ping-command.ts';
import { findHost, type SimulatedHost } from './simulated-network.ts';
import { sysctlCommand } from './sysctl-command.ts';
import { wgSet, wgShow } from './wg-command.ts';

/** The programs that a simulated host has instead of the machine's own. It has no nftables, nor may it reach the machine's. */
export const simulatedPrograms = [
  'ip',
  'bridge',
  'wg',
  'ping',
  'sysctl',
  'nft',
  'bash',
  'ethtool',
  'conntrack',
] as const;

/** Runs one program against the fleet's state. `now` is in epoch seconds. */
export function runCommand(
  store: NetworkStore,
  hostName: string,
  program: string,
  words: readonly string[],
  now: number,
): Outcome {
  const change = (run: (host: SimulatedHost) => Outcome) =>
    store.update(hostName, (host) => {
      const outcome = run(host);
      return [outcome.host, outcome];
    });
  const look = (run: (host: SimulatedHost) => Outcome) => run(findHost(store.read(), hostName));
  const reads = words.includes('show') || words.includes('get');
  switch (program) {
    case 'ip':
      return (reads ? look : change)((host) => ipCommand(host, words));
    case 'bridge':
      return (reads ? look : change)((host) => bridgeCommand(host, words));
    case 'ping':
      return pingCommand(store.read(), hostName, words);
    case 'bash':
      return connectCommand(store.read(), hostName, words);
    case 'sysctl':
      return (words.includes('-w') ? change : look)((host) => sysctlCommand(host, words));
    case 'ethtool':
      return (words.includes('-K') ? change : look)((host) => ethtoolCommand(host, words));
    case 'wg':
      return words[0] === 'set'
        ? change((host) => wgSet(host, words.slice(1)))
        : wgShow(store.read(), hostName, words.slice(1), now);
    default:
      return look((host) => failed(host, 127, `${program}: not found`));
  }
}

import { parseAttributes } from './attributes.ts';
import { kernelRefuses, noSuchDevice, notSimulated, type Outcome, printed } from './outcome.ts';
import { runBatch } from './run-batch.ts';
import type { SimulatedHost } from './simulated-network.ts';

/** iproute2's `bridge fdb` on VXLAN devices: show, add, append, replace, del. */
export function bridgeCommand(host: SimulatedHost, words: readonly string[]): Outcome {
  const batch = words.findIndex((word) => word === '-batch' || word === '-b');
  if (batch >= 0) return runBatch(host, words[batch + 1] ?? '-', words.includes('-force'), bridgeCommand);
  const [object, verb = 'show', ...rest] = words;
  const { bare, values } = parseAttributes(rest, { flags: ['self', 'permanent'], values: ['dev', 'dst'] });
  const dev = values.get('dev');
  if (object !== 'fdb') return notSimulated(host, ['bridge', ...words]);
  if (dev !== undefined && !host.links.some((link) => link.name === dev)) return noSuchDevice(host, dev);
  if (verb === 'show') return show(host, dev);
  const [mac] = bare;
  const dst = values.get('dst');
  if (mac === undefined || dev === undefined || dst === undefined || bare.length > 1)
    return notSimulated(host, ['bridge', ...words]);
  return change(host, verb, { mac, dev, dst });
}

function change(host: SimulatedHost, verb: string, entry: SimulatedHost['fdb'][number]): Outcome {
  const sameMac = (other: typeof entry) => other.mac === entry.mac && other.dev === entry.dev;
  const same = host.fdb.findIndex((other) => sameMac(other) && other.dst === entry.dst);
  const first = host.fdb.findIndex(sameMac);
  const add = () => printed({ ...host, fdb: [...host.fdb, entry] });
  switch (verb) {
    case 'add':
      return first >= 0 ? kernelRefuses(host, 'File exists') : add();
    case 'append':
      // Only multicast addresses have several destinations; for others the kernel says nothing and does nothing.
      return first >= 0 ? printed(host) : add();
    case 'replace':
      return first < 0 ? add() : printed({ ...host, fdb: host.fdb.with(first, entry) });
    case 'del':
      return same < 0
        ? kernelRefuses(host, 'No such file or directory')
        : printed({ ...host, fdb: host.fdb.toSpliced(same, 1) });
    default:
      return notSimulated(host, ['bridge', 'fdb', verb]);
  }
}

function show(host: SimulatedHost, dev: string | undefined): Outcome {
  const entries = host.fdb.filter((entry) => dev === undefined || entry.dev === dev);
  return printed(
    host,
    entries.map(
      (entry) => `${entry.mac} ${dev === undefined ? `dev ${entry.dev} ` : ''}dst ${entry.dst} self permanent`,
    ),
  );
}

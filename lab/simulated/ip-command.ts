import { ipAddress } from './ip-address.ts';
import { ipLink } from './ip-link.ts';
import { ipNeighbour } from './ip-neighbour.ts';
import { ipRoute } from './ip-route.ts';
import { ipRule } from './ip-rule.ts';
import { notSimulated, type Outcome } from './outcome.ts';
import { runBatch } from './run-batch.ts';
import type { SimulatedHost } from './simulated-network.ts';

/** What stands before the object: `ip -4 -o -d route …`. */
export interface IpOptions {
  readonly family: 4 | 6 | undefined;
  readonly oneLine: boolean;
  readonly details: boolean;
}

/** iproute2's `ip`, as far as the scripts and the faults use it. */
export function ipCommand(host: SimulatedHost, words: readonly string[]): Outcome {
  let family: IpOptions['family'];
  let oneLine = false;
  let details = false;
  let force = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-4') family = 4;
    else if (word === '-6') family = 6;
    else if (word === '-o' || word === '-oneline') oneLine = true;
    else if (word === '-d' || word === '-details') details = true;
    else if (word === '-force') force = true;
    else if (word === '-b' || word === '-batch')
      return runBatch(host, words[index + 1] ?? '-', force, (current, line) =>
        runObject(current, { family, oneLine, details }, line),
      );
    else if (word.startsWith('-')) return notSimulated(host, ['ip', ...words]);
    else return runObject(host, { family, oneLine, details }, words.slice(index));
  }
  return notSimulated(host, ['ip', ...words]);
}

const objects = [
  { name: 'link', run: ipLink },
  { name: 'address', run: ipAddress },
  { name: 'addr', run: ipAddress },
  { name: 'route', run: ipRoute },
  { name: 'rule', run: ipRule },
  { name: 'neighbour', run: ipNeighbour },
  { name: 'neighbor', run: ipNeighbour },
] as const;

function runObject(host: SimulatedHost, options: IpOptions, words: readonly string[]): Outcome {
  const [word = '', verb = 'show', ...rest] = words;
  const object = objects.find(({ name }) => word !== '' && name.startsWith(word));
  if (object === undefined) return notSimulated(host, ['ip', ...words]);
  return object.run(host, options, verb === 'list' || verb === 'ls' ? 'show' : verb, rest);
}

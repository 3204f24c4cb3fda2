import { sameIp } from '../../core/network/address.ts';
import { parseAttributes } from './attributes.ts';
import type { IpOptions } from './ip-command.ts';
import { failed, kernelRefuses, noSuchDevice, notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost } from './simulated-network.ts';

/** `ip neigh`: show, add, replace, del, flush. */
export function ipNeighbour(host: SimulatedHost, options: IpOptions, verb: string, rest: readonly string[]): Outcome {
  const { bare, values } = parseAttributes(rest, { flags: ['all'], values: ['dev', 'lladdr', 'nud', 'to'] });
  const dev = values.get('dev');
  if (dev !== undefined && !host.links.some((link) => link.name === dev))
    return verb === 'show' ? failed(host, 1, `Cannot find device "${dev}"`) : noSuchDevice(host, dev);
  if (verb === 'show') return show(host, options, dev);
  if (dev === undefined) return notSimulated(host, ['ip', 'neigh', verb, ...rest]);
  if (verb === 'flush') return printed({ ...host, neighbours: host.neighbours.filter((entry) => entry.dev !== dev) });
  const ip = values.get('to') ?? bare[0] ?? '';
  const isThis = (entry: { readonly ip: string; readonly dev: string }) => entry.dev === dev && sameIp(entry.ip, ip);
  const there = host.neighbours.some(isThis);
  const others = host.neighbours.filter((entry) => !isThis(entry));
  const mac = values.get('lladdr');
  switch (verb) {
    case 'add':
    case 'replace': {
      if (mac === undefined) return notSimulated(host, ['ip', 'neigh', verb, ...rest]);
      if (there && verb === 'add') return kernelRefuses(host, 'File exists');
      const state = (values.get('nud') ?? 'permanent').toUpperCase();
      return printed({ ...host, neighbours: [...others, { ip, dev, mac, state }] });
    }
    case 'del':
      return there ? printed({ ...host, neighbours: others }) : kernelRefuses(host, 'No such file or directory');
    default:
      return notSimulated(host, ['ip', 'neigh', verb, ...rest]);
  }
}

function show(host: SimulatedHost, { family }: IpOptions, dev: string | undefined): Outcome {
  const lines = host.neighbours
    .filter((entry) => dev === undefined || entry.dev === dev)
    .filter((entry) => family === undefined || entry.ip.includes(':') === (family === 6))
    .map((entry) => `${entry.ip}${dev === undefined ? ` dev ${entry.dev}` : ''} lladdr ${entry.mac} ${entry.state} `);
  return printed(host, lines);
}

import { parseAttributes } from './attributes.ts';
import { linkDown, linkGone, linkUp } from './connected-routes.ts';
import type { IpOptions } from './ip-command.ts';
import { failed, kernelRefuses, noSuchDevice, notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost, SimulatedLink } from './simulated-network.ts';

/** `ip link`: show, set, add (VXLAN only), del. */
export function ipLink(host: SimulatedHost, options: IpOptions, verb: string, rest: readonly string[]): Outcome {
  const words = rest[0] === 'dev' ? rest.slice(1) : rest;
  switch (verb) {
    case 'show':
      return show(host, options, words[0]);
    case 'set':
      return set(host, words);
    case 'add':
      return add(host, words);
    case 'del':
    case 'delete':
      return hasLink(host, words[0]) ? printed(linkGone(host, words[0] ?? '')) : noSuchDevice(host, words[0] ?? '');
    default:
      return notSimulated(host, ['ip', 'link', verb, ...rest]);
  }
}

function hasLink(host: SimulatedHost, name: string | undefined): boolean {
  return host.links.some((link) => link.name === name);
}

function show(host: SimulatedHost, options: IpOptions, name: string | undefined): Outcome {
  if (name !== undefined && !hasLink(host, name)) return failed(host, 1, `Device "${name}" does not exist.`);
  return printed(
    host,
    host.links.flatMap((link, index) =>
      name === undefined || link.name === name ? [describe(link, index + 1, options)] : [],
    ),
  );
}

function describe(link: SimulatedLink, index: number, { oneLine, details }: IpOptions): string {
  const pointToPoint = link.kind === 'wireguard';
  const flags = [pointToPoint ? 'POINTOPOINT,NOARP' : 'BROADCAST,MULTICAST', ...(link.up ? ['UP,LOWER_UP'] : [])];
  const address = pointToPoint ? 'link/none' : `link/ether ${link.mac} brd ff:ff:ff:ff:ff:ff`;
  const kind = kindLine(link);
  const sections = [
    `${index}: ${link.name}: <${flags.join(',')}> mtu ${link.mtuBytes} qdisc noqueue state ${link.up ? 'UNKNOWN' : 'DOWN'} mode DEFAULT group default `,
    `    ${address}${details ? ' promiscuity 0 minmtu 68 maxmtu 65535 ' : ''}`,
    ...(details && kind !== undefined ? [`    ${kind} numtxqueues 1 numrxqueues 1 `] : []),
  ];
  return sections.join(oneLine ? '\\' : '\n');
}

function kindLine({ kind, vxlan }: SimulatedLink): string | undefined {
  if (kind === 'device') return undefined;
  if (vxlan === null) return kind;
  return `vxlan id ${vxlan.vni} local ${vxlan.local} dev ${vxlan.dev} srcport 0 0 dstport ${vxlan.port} nolearning ttl auto ageing 300`;
}

function set(host: SimulatedHost, words: readonly string[]): Outcome {
  const [name = '', ...rest] = words;
  const link = host.links.find((candidate) => candidate.name === name);
  if (link === undefined) return noSuchDevice(host, name);
  const { bare, flags, values } = parseAttributes(rest, { flags: ['up', 'down'], values: ['mtu', 'address'] });
  if (bare.length > 0) return notSimulated(host, ['ip', 'link', 'set', ...words]);
  const changed: SimulatedLink = {
    ...link,
    mtuBytes: Number(values.get('mtu') ?? link.mtuBytes),
    mac: values.get('address') ?? link.mac,
  };
  const replaced = { ...host, links: host.links.map((candidate) => (candidate === link ? changed : candidate)) };
  // Another MAC makes the kernel forget whom it knew behind the device (measured).
  const known =
    changed.mac === link.mac
      ? replaced
      : { ...replaced, neighbours: replaced.neighbours.filter(({ dev }) => dev !== name) };
  if (flags.has('down')) return printed(link.up ? linkDown(known, name) : known);
  return printed(flags.has('up') && !link.up ? linkUp(known, name) : known);
}

const vxlanAttributes = ['address', 'mtu', 'type', 'id', 'dstport', 'local', 'dev', 'ttl', 'ageing'];

/** What `show` prints of every VXLAN device is taken again and means nothing here. */
const anySourcePort = / srcport 0 0(?= |$)/;

function add(host: SimulatedHost, words: readonly string[]): Outcome {
  const known = { flags: ['nolearning', 'name'], values: vxlanAttributes };
  const { bare, values } = parseAttributes(words.join(' ').replace(anySourcePort, '').split(' '), known);
  const [name] = bare;
  if (name === undefined || bare.length > 1 || values.get('type') !== 'vxlan')
    return notSimulated(host, ['ip', 'link', 'add', ...words]);
  if (hasLink(host, name)) return kernelRefuses(host, 'File exists');
  const dev = values.get('dev') ?? '';
  if (!hasLink(host, dev)) return noSuchDevice(host, dev);
  const link: SimulatedLink = {
    name,
    kind: 'vxlan',
    up: false,
    mtuBytes: Number(values.get('mtu') ?? 1450),
    mac: values.get('address') ?? '02:00:00:00:00:ff',
    vxlan: {
      vni: Number(values.get('id') ?? 0),
      port: Number(values.get('dstport') ?? 8472),
      local: values.get('local') ?? '0.0.0.0',
      dev,
    },
  };
  return printed({ ...host, links: [...host.links, link] });
}

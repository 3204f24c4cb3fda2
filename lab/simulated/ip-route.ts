import { sameCidr } from '../../core/network/cidr.ts';
import { type Attributes, parseAttributes } from './attributes.ts';
import { isLocal, lookUpRoute, sourceAddress } from './deliver.ts';
import type { IpOptions } from './ip-command.ts';
import { failed, kernelRefuses, noSuchDevice, notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost, SimulatedRoute } from './simulated-network.ts';

const words = {
  flags: ['onlink'],
  values: ['via', 'dev', 'mtu', 'metric', 'src', 'proto', 'scope', 'table', 'to'],
};

/** `ip route` on the main table: show, get, add, replace, del, flush. */
export function ipRoute(host: SimulatedHost, options: IpOptions, verb: string, rest: readonly string[]): Outcome {
  const attributes = parseAttributes(rest, words);
  const { bare, values } = attributes;
  const dev = values.get('dev');
  if (dev !== undefined && !host.links.some((link) => link.name === dev)) return noSuchDevice(host, dev);
  if (!['main', 'all', undefined].includes(values.get('table')))
    return notSimulated(host, ['ip', 'route', verb, ...rest]);
  if (verb === 'show') return show(host, options, dev);
  if (verb === 'flush' && dev !== undefined)
    return printed({ ...host, routes: host.routes.filter((route) => route.dev !== dev) });
  const destination = values.get('to') ?? bare[0];
  if (destination === undefined || bare.length > 1) return notSimulated(host, ['ip', 'route', verb, ...rest]);
  switch (verb) {
    case 'get':
      return get(host, options, destination);
    case 'add':
    case 'replace':
      return put(host, verb, destination, attributes);
    case 'del':
      return remove(host, destination, attributes);
    default:
      return notSimulated(host, ['ip', 'route', verb, ...rest]);
  }
}

function put(host: SimulatedHost, verb: string, destination: string, { values, flags }: Attributes): Outcome {
  const via = values.get('via') ?? null;
  const dev = values.get('dev') ?? (via === null ? undefined : lookUpRoute(host, via)?.dev);
  const link = host.links.find((candidate) => candidate.name === dev);
  if (dev === undefined || link === undefined) return failed(host, 2, 'Error: Nexthop has invalid gateway.');
  if (!link.up) return failed(host, 2, 'Error: Device for nexthop is not up.');
  const onlink = flags.has('onlink');
  if (via !== null && !onlink && lookUpRoute(host, via)?.dev !== dev)
    return failed(host, 2, 'Error: Nexthop has invalid gateway.');
  const number = (name: string) => (values.has(name) ? Number(values.get(name)) : null);
  const route: SimulatedRoute = {
    destination: destination === 'default' || destination.includes('/') ? destination : `${destination}/32`,
    via,
    dev,
    onlink,
    kernel: values.get('proto') === 'kernel',
    source: values.get('src') ?? null,
    mtuBytes: number('mtu'),
    metric: number('metric'),
  };
  const isSame = (other: SimulatedRoute) =>
    isTo(other, route.destination) && (other.metric ?? 0) === (route.metric ?? 0);
  if (verb === 'add' && host.routes.some(isSame)) return kernelRefuses(host, 'File exists');
  return printed({ ...host, routes: [...host.routes.filter((other) => !isSame(other)), route] });
}

function remove(host: SimulatedHost, destination: string, { values }: Attributes): Outcome {
  const dev = values.get('dev');
  const via = values.get('via');
  const index = host.routes.findIndex(
    (route) =>
      isTo(route, destination) && (dev === undefined || route.dev === dev) && (via === undefined || route.via === via),
  );
  if (index < 0) return kernelRefuses(host, 'No such process');
  return printed({ ...host, routes: host.routes.toSpliced(index, 1) });
}

function isTo(route: SimulatedRoute, destination: string): boolean {
  return route.destination === destination || sameCidr(route.destination, destination);
}

/** The local table comes before the main one: a host's own addresses never leave it. */
function get(host: SimulatedHost, { oneLine }: IpOptions, destination: string): Outcome {
  const route = lookUpRoute(host, destination);
  const isOwn = isLocal(host, destination);
  if (!isOwn && route === undefined) return kernelRefuses(host, 'Network is unreachable');
  const via = route?.via == null ? '' : ` via ${route.via}`;
  const source = sourceAddress(host, destination);
  const way = isOwn ? `local ${destination} dev lo table local` : `${destination}${via} dev ${route?.dev}`;
  const from = source === undefined ? '' : ` src ${source}`;
  return printed(host, [`${way}${from} uid 0 ${oneLine ? '\\' : '\n'}    cache ${isOwn ? '<local> ' : ''}`]);
}

function show(host: SimulatedHost, { family }: IpOptions, dev: string | undefined): Outcome {
  if (family === 6) return printed(host);
  const routes = host.routes.filter((route) => dev === undefined || route.dev === dev);
  return printed(
    host,
    routes.map((route) => describe(route, dev === undefined)),
  );
}

function describe(route: SimulatedRoute, withDevice: boolean): string {
  return [
    route.destination.replace(/\/32$/, ''),
    ...(route.via === null ? [] : [`via ${route.via}`]),
    ...(withDevice ? [`dev ${route.dev}`] : []),
    ...(route.kernel ? ['proto kernel'] : []),
    ...(route.via === null ? ['scope link'] : []),
    ...(route.source === null ? [] : [`src ${route.source}`]),
    ...(route.metric === null ? [] : [`metric ${route.metric}`]),
    ...(route.mtuBytes === null ? [] : [`mtu ${route.mtuBytes}`]),
    ...(route.onlink ? ['onlink'] : []),
    '',
  ].join(' ');
}

import { sameCidr } from '../../core/network/cidr.ts';
import { parseAttributes } from './attributes.ts';
import { connectedRoute } from './connected-routes.ts';
import type { IpOptions } from './ip-command.ts';
import { failed, kernelRefuses, noSuchDevice, notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost } from './simulated-network.ts';

/** `ip addr`: show, add, replace, del. */
export function ipAddress(host: SimulatedHost, options: IpOptions, verb: string, rest: readonly string[]): Outcome {
  const { bare, values } = parseAttributes(rest, { values: ['dev', 'scope', 'brd'] });
  const dev = values.get('dev') ?? (verb === 'show' ? bare[0] : undefined);
  if (dev !== undefined && !host.links.some((link) => link.name === dev))
    return verb === 'show' ? failed(host, 1, `Device "${dev}" does not exist.`) : noSuchDevice(host, dev);
  if (verb === 'show') return show(host, options, dev);
  const [address = ''] = bare;
  if (dev === undefined || bare.length !== 1) return notSimulated(host, ['ip', 'addr', verb, ...rest]);
  const cidr = address.includes('/') ? address : `${address}/32`;
  const there = host.addresses.some((known) => known.dev === dev && sameAddress(known.cidr, cidr));
  switch (verb) {
    case 'add':
    case 'replace':
      if (there) return verb === 'add' ? kernelRefuses(host, 'File exists') : printed(host);
      return printed(assign(host, dev, cidr));
    case 'del':
      return there ? printed(remove(host, dev, cidr)) : kernelRefuses(host, 'Cannot assign requested address');
    default:
      return notSimulated(host, ['ip', 'addr', verb, ...rest]);
  }
}

function sameAddress(left: string, right: string): boolean {
  return left === right || (left.split('/')[0] === right.split('/')[0] && sameCidr(left, right));
}

function assign(host: SimulatedHost, dev: string, cidr: string): SimulatedHost {
  const up = host.links.some((link) => link.name === dev && link.up);
  return {
    ...host,
    addresses: [...host.addresses, { dev, cidr }],
    routes: up ? [...host.routes, ...connectedRoute(dev, cidr)] : host.routes,
  };
}

function remove(host: SimulatedHost, dev: string, cidr: string): SimulatedHost {
  const [connected] = connectedRoute(dev, cidr);
  return {
    ...host,
    addresses: host.addresses.filter((known) => known.dev !== dev || !sameAddress(known.cidr, cidr)),
    routes: host.routes.filter(
      (route) => !(route.kernel && route.dev === dev && route.destination === connected?.destination),
    ),
  };
}

function show(host: SimulatedHost, { family, oneLine }: IpOptions, dev: string | undefined): Outcome {
  const lines = host.links.flatMap((link, index) =>
    dev !== undefined && link.name !== dev
      ? []
      : host.addresses
          .filter((address) => address.dev === link.name && (family !== 6 || address.cidr.includes(':')))
          .map(
            ({ cidr }) =>
              `${index + 1}: ${link.name}    ${cidr.includes(':') ? 'inet6' : 'inet'} ${cidr} scope global ${link.name}${oneLine ? '\\' : '\n'}       valid_lft forever preferred_lft forever`,
          ),
  );
  return printed(host, lines);
}

import { sees } from '../evidence/evidence.ts';
import { findPath } from '../evidence/paths.ts';
import { lookUpRoute } from '../evidence/routes.ts';
import { exactDeviceMtu, pathRange } from '../network/mtu.ts';
import type { Facts } from './facts.ts';

/** What the node's tunnel really carries, compared with the MTU of the uplinks and of the devices at both ends. */
export interface TunnelSize {
  /** Largest packet that came back through the tunnel: safe as the MTU of a device or a route. */
  readonly carriedBytes: number;
  /** Hosts whose WireGuard device lets out more than the path carries. */
  readonly tooLarge: readonly string[];
  /** The MTU of a device is wrong, not the path. */
  readonly deviceTooLarge: boolean;
  /** Only packets of this address family are lost, inside the tunnel: its devices are as the other family needs them. */
  readonly familyAlone?: true;
  readonly host: string;
  readonly because: readonly string[];
}

/** Undefined: no host searched, or every search passed at the full MTU of its own device. */
export function tunnelSize(facts: Facts): TunnelSize | undefined {
  const { name, tunnel, evidence } = facts;
  if (tunnel === undefined || !seesDevices(facts)) return undefined;
  const underlay = isOverIpv6(facts) ? 'ipv6' : 'ipv4';
  const ends = [
    { host: name, to: tunnel.hub, mtuBytes: deviceMtu(facts, facts.node) },
    { host: tunnel.hub, to: name, mtuBytes: deviceMtu(facts, facts.hub?.measured) },
  ];
  // A search that passed at the full MTU of its own device says nothing about the path. The padding of answers depends on
  // the other device, so it must not be computed with this one.
  const inner = ends
    .flatMap(({ host, to, mtuBytes }) => {
      const bytes = findPath(evidence, 'mtu', host, to)?.bytes ?? null;
      return bytes === null || pathRange(bytes, underlay, mtuBytes).highestBytes === null ? [] : [bytes];
    })
    .toSorted((one, other) => one - other)[0];
  const uplinks = [uplinkMtu(facts.node), uplinkMtu(facts.hub?.measured)].filter((mtu) => mtu !== undefined);
  if (inner === undefined || uplinks.length === 0) return undefined;
  const { lowestBytes, highestBytes } = pathRange(inner, underlay);
  const promisedBytes = Math.min(...uplinks);
  const carriedBytes = Math.min(promisedBytes, highestBytes ?? promisedBytes);
  const most = exactDeviceMtu(carriedBytes, underlay);
  const tooLarge = ends.filter(({ mtuBytes }) => mtuBytes !== undefined && mtuBytes > most);
  // The path was not lowered, or the node's MTU already fits it: then a device is wrong.
  const deviceTooLarge = carriedBytes === promisedBytes || tooLarge.every(({ host }) => host !== name);
  return {
    carriedBytes: inner,
    tooLarge: tooLarge.map(({ host }) => host),
    deviceTooLarge,
    host: (deviceTooLarge ? tooLarge[0]?.host : undefined) ?? name,
    because: [
      `the tunnel carries ${inner} bytes: the path carries ${lowestBytes} to ${highestBytes}, the uplinks promise ${promisedBytes}`,
      ...tooLarge.map(
        ({ host, mtuBytes }) => `${evidence.wireguardDevice} of ${host} has ${mtuBytes}, at most ${most} fit`,
      ),
    ],
  };
}

/** Without the devices of both ends nobody can be blamed for the size of one. */
function seesDevices({ node, hub }: Facts): boolean {
  return [node, hub?.measured].every((measured) => measured !== undefined && sees(measured, 'links'));
}

function uplinkMtu(measured: Facts['node']): number | undefined {
  // An address without a route of its own: the benchmark network of RFC 2544.
  const route = measured && lookUpRoute(measured.routes, '198.18.0.1');
  return measured?.links.find(({ name }) => name === route?.device)?.mtuBytes;
}

function deviceMtu({ evidence }: Facts, measured: Facts['node']): number | undefined {
  return measured?.links.find(({ name }) => name === evidence.wireguardDevice)?.mtuBytes;
}

function isOverIpv6({ tunnel }: Facts): boolean {
  return tunnel?.hubAtNode.at(-1)?.endpoint?.startsWith('[') ?? false;
}

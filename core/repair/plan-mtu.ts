import type { CachedMtu } from '../diagnosis/cached-mtu.ts';
import type { Found } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { OversizedDevice } from '../diagnosis/oversized-device.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { findPath } from '../evidence/paths.ts';
import { routeTo } from '../evidence/routes.ts';
import type { Operation } from '../grammar/operation.ts';
import { bytesOf, paddedDown } from '../network/mtu.ts';
import type { Member } from '../overlay/member.ts';
import type { HostPlan } from './plan.ts';

/**
 * Heals a black hole from both ends without losing a packet (measured: 17 variants): the node's devices are lowered to what
 * the path carries, and the hub's route to the node gets the same MTU, so that flows in both directions use it.
 */
export function planMtu(facts: Facts, { forRepair }: Found): readonly HostPlan[] {
  const size = forRepair?.tunnelSize;
  if (forRepair?.cached !== undefined) return forRepair.cached.map(forgotten);
  const { self, name, hub, node, evidence } = facts;
  if (size === undefined) return planOversized(facts, forRepair?.oversized);
  if (self === undefined) return [];
  const { wireguardDevice, flannelDevice } = evidence;
  const inner = size.carriedBytes;
  return [
    {
      host: name,
      operations: [
        ...(size.familyAlone ? [] : lowered(node, wireguardDevice, inner)),
        ...lowered(node, flannelDevice, insideFlannel(facts, inner)),
      ],
    },
    ...(hub !== undefined && size.tooLarge.includes(hub.name) && confirms(facts, hub.name)
      ? // Its device stays larger, so packets are padded.
        [{ host: hub.name, operations: narrowedAtHub(facts, self, hub.measured, paddedDown(inner)) }]
      : []),
  ];
}

/** The hub's route to the node, and to its pods where nothing wraps their packets: flannel's route to them has no MTU. */
function narrowedAtHub(
  { name, network, evidence: { wireguardDevice: dev } }: Facts,
  { publicIp, family }: Member,
  measured: NodeEvidence | undefined,
  mtuBytes: number,
): readonly Operation[] {
  const bare = network.carriedNetworks(name).filter((carried) => carried !== publicIp);
  return [
    { op: 'route set', cidr: `${publicIp}/${family === 'ipv4' ? 32 : 128}`, dev, mtuBytes },
    ...bare.flatMap((cidr): readonly Operation[] => {
      const [, via, device] = (measured && routeTo(measured.routes, cidr)) ?? [];
      return device === dev && typeof via === 'string' ? [{ op: 'route replace', cidr, via, dev, mtuBytes }] : [];
    }),
  ];
}

/**
 * What fits on flannel's device where the tunnel carries so much. flannel takes one figure off for both families, which is too
 * small for the headers of VXLAN over IPv6.
 */
export function insideFlannel({ network, family }: Facts, carriedBytes: number): number {
  if (network.traits === null) return carriedBytes;
  const { flannelSubtractsBytes, layers } = network.traits.mtu;
  const own = layers.filter(({ device }) => device === 'flannel').flatMap(({ headers }) => headers(family, family));
  return carriedBytes - Math.max(flannelSubtractsBytes, bytesOf(own));
}

/** Before the kernels have forgotten, nobody knows what the path carries: no MTU is set. */
function forgotten({ host, address }: CachedMtu): HostPlan {
  return { host, operations: [{ op: 'route flush cache', address }] };
}

/** The hub's own packets to the node are lost by their size: on the node's word alone nothing is changed there. */
function confirms({ evidence, name }: Facts, hub: string): boolean {
  const full = findPath(evidence, 'full', hub, name);
  return full !== undefined && !full.passed;
}

/**
 * The path carries its full MTU: flannel's own WireGuard device is lowered to the largest packet that leaves its host in
 * one piece.
 */
function planOversized({ evidence }: Facts, found: OversizedDevice | undefined): readonly HostPlan[] {
  const { flannelDevice } = evidence;
  if (found === undefined || flannelDevice === null) return [];
  const { host, fittingBytes: mtuBytes } = found;
  return [{ host, operations: [{ op: 'link mtu', dev: flannelDevice, mtuBytes }] }];
}

function lowered(measured: NodeEvidence | undefined, dev: string | null, mtuBytes: number): readonly Operation[] {
  const link = measured?.links.find(({ name }) => name === dev);
  return link === undefined || link.mtuBytes <= mtuBytes ? [] : [{ op: 'link mtu', dev: link.name, mtuBytes }];
}

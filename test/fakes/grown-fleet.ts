import { type Evidence, measuredBy } from '../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../core/evidence/node-evidence.ts';
import { NodeObject } from '../../core/evidence/node-object.ts';

/** A node that nobody reads. */
interface FarNode {
  readonly name: string;
  readonly podCidr: string;
  readonly overlayIp: string;
  readonly mac: string;
  readonly key: string;
  readonly publicIp: string;
}

/** The lab has entries of a node that was deleted here, 10.42.99.0. */
const TAKEN = 99;

/** Pod networks of eight addresses each, from 10.42.64.0 on: more than 5,000 of them lie in the lab's 10.42.0.0/16. */
function farNode(number: number): FarNode {
  const next = 64 * 256 + number * 8;
  const first = next >> 8 < TAKEN ? next : next + 256;
  const overlayIp = `10.42.${first >> 8}.${first & 255}`;
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  return {
    name: `far-${number}`,
    podCidr: `${overlayIp}/29`,
    overlayIp,
    mac: `0a:58:0b:00:${hex(number >> 8)}:${hex(number & 255)}`,
    key: `${`far${number}k`.padEnd(43, 'A')}=`,
    publicIp: `10.201.${number >> 8}.${number & 255}`,
  };
}

const FLANNEL = 'flannel.alpha.coreos.com';

/** The object as flannel would announce it, in the manner of the node that was looked at. */
function objectOf(far: FarNode, like: NodeObject): NodeObject {
  const data: unknown = JSON.parse(like.metadata.annotations[`${FLANNEL}/backend-data`] ?? '{}');
  const isNative = like.metadata.annotations[`${FLANNEL}/backend-type`] === 'wireguard';
  const own = isNative ? { PublicKey: far.key } : { ...Object(data), VtepMAC: far.mac };
  return NodeObject.parse({
    metadata: {
      name: far.name,
      annotations: {
        [`${FLANNEL}/backend-type`]: like.metadata.annotations[`${FLANNEL}/backend-type`],
        [`${FLANNEL}/backend-data`]: JSON.stringify(own),
        [`${FLANNEL}/public-ip`]: far.publicIp,
      },
    },
    spec: { podCIDR: far.podCidr },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

/**
 * The same evidence in a fleet that has that many more nodes. A table of a host that has entries of the overlay has one for each of
 * them; one that has none, because the fault took them all, has none of them either.
 */
export function grownFleet(evidence: Evidence, count: number): Evidence {
  const far = Array.from({ length: count }, (_, number) => farNode(number));
  const target = evidence.nodes.find(({ metadata }) => metadata.name === evidence.target.node);
  if (target === undefined) throw new Error(`no Node ${evidence.target.node}`);
  return {
    ...evidence,
    nodes: [...evidence.nodes, ...far.map((each) => objectOf(each, target))],
    readings: evidence.readings.map((reading) => {
      const measured = measuredBy(reading);
      if (measured === undefined) return reading;
      return { ...reading, passive: { status: 'read', evidence: grownHost(measured, far, evidence.flannelDevice) } };
    }),
  };
}

function grownHost(measured: NodeEvidence, far: readonly FarNode[], device: string | null): NodeEvidence {
  const { neighbours, fdb, routes, flannelWireGuard } = measured;
  const onDevice = routes.filter(([, gateway, dev]) => dev === device && gateway !== null);
  const peer = flannelWireGuard?.peers[0];
  return {
    ...measured,
    neighbours: [
      ...neighbours,
      ...(neighbours.length === 0 ? [] : far.map((each) => [each.overlayIp, each.mac, 'PERMANENT'] as const)),
    ].map(([address, mac, state]) => [address, mac, state]),
    fdb: [...fdb, ...(fdb.length === 0 ? [] : far.map((each) => [each.mac, each.publicIp] as const))].map(
      ([mac, destination]) => [mac, destination],
    ),
    routes: [
      ...routes,
      ...(onDevice.length === 0
        ? []
        : far.map((each): NodeEvidence['routes'][number] => [each.podCidr, each.overlayIp, device ?? '', true, 0])),
    ],
    flannelWireGuard:
      flannelWireGuard === null || peer === undefined
        ? flannelWireGuard
        : {
            ...flannelWireGuard,
            peers: [
              ...flannelWireGuard.peers,
              ...far.map((each) => ({
                ...peer,
                publicKey: each.key,
                endpoint: `${each.publicIp}:51821`,
                allowedIps: [each.podCidr],
              })),
            ],
          },
  };
}

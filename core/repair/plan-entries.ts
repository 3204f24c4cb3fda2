import { assertNever } from '../assert-never.ts';
import { type Drift, describeDrift } from '../evidence/drift.ts';
import { type ExpectedNetwork, hostAndPeers, type VxlanNetwork } from '../evidence/expected-network.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { FLANNEL_VXLAN_PORT, type VxlanVtep } from '../evidence/vxlan-vtep.ts';
import { sameIp } from '../network/address.ts';
import { FLANNEL_SUBTRACTS_BYTES } from '../network/mtu-stack.ts';
import { planNative } from './native/plan-native.ts';
import { inOrder, type Operation } from './operation.ts';
import type { HostPlan, Plan, Readings } from './plan.ts';

/**
 * Puts back the entries that differ, and only those, on the hosts where they differ. A device that is missing or has the
 * wrong parameters is made anew with every entry of its own; without knowing what lies below it, it is left alone.
 */
export function planReconcile(
  network: ExpectedNetwork,
  drifts: readonly Drift[],
  device: string,
  readings: Readings = () => undefined,
): Plan {
  if (network.backend !== 'vxlan') return planNative(network, drifts, device, readings);
  const parts = [...new Set(drifts.map((drift) => drift.host))].map((host) => {
    const own = drifts.filter((drift) => drift.host === host);
    const broken = own.filter((drift) => drift.type === 'device-missing' || drift.type === 'device-wrong');
    if (broken.length === 0)
      return { host, operations: own.flatMap((drift) => mend(drift, network, device)), beyond: [] };
    const operations = deviceOperations(network, host, device, readings(host));
    return { host, operations, beyond: operations.length === 0 ? broken.map(describeDrift) : [] };
  });
  return {
    device,
    hosts: parts.map(({ host, operations }) => ({ host, operations: inOrder(operations) })).filter(isNotEmpty),
    beyond: parts.flatMap(({ beyond }) => beyond),
  };
}

/** Every entry that the host must hold: what a bounce replays after the link is up again. An unknown host gets no plan. */
export function planFullState(network: ExpectedNetwork, host: string, device: string): Plan {
  const operations = network.backend === 'vxlan' ? inOrder(entryOperations(network, host, device)) : [];
  return { device, hosts: [{ host, operations }].filter(isNotEmpty), beyond: [] };
}

function isNotEmpty({ operations }: HostPlan): boolean {
  return operations.length > 0;
}

function entryOperations(network: VxlanNetwork, host: string, device: string): readonly Operation[] {
  const peers = hostAndPeers(network, host)?.peers ?? [];
  return peers.flatMap((peer) => [neighbour(peer, device), forwarding(peer, device), route(peer, device)]);
}

/** The device as flanneld makes it, and all that belongs on it. */
function deviceOperations(
  network: VxlanNetwork,
  host: string,
  device: string,
  measured: NodeEvidence | undefined,
): readonly Operation[] {
  const self = network.vteps.find((vtep) => vtep.node === host);
  const under = measured?.addresses.find(([, text]) => sameIp(text.split('/')[0] ?? '', self?.publicIp ?? ''))?.[0];
  const underMtu = measured?.links.find(({ name }) => name === under)?.mtuBytes;
  if (self === undefined || under === undefined || underMtu === undefined) return [];
  return [
    {
      op: 'vxlan create',
      dev: device,
      vni: self.vni,
      port: FLANNEL_VXLAN_PORT,
      local: self.publicIp,
      under,
      mac: self.vtepMac,
      mtuBytes: underMtu - FLANNEL_SUBTRACTS_BYTES.vxlan,
    },
    { op: 'link up', dev: device },
    { op: 'addr replace', address: `${self.vtepIp}/32`, dev: device },
    ...entryOperations(network, host, device),
  ];
}

function mend(drift: Drift, network: VxlanNetwork, device: string): readonly Operation[] {
  if (drift.type === 'device-down') return [{ op: 'link up', dev: device }];
  if (!('peer' in drift)) return [];
  const peer = network.vteps.find((vtep) => vtep.node === drift.peer);
  if (peer === undefined) return [];
  switch (drift.type) {
    case 'neighbour-missing':
    case 'neighbour-wrong':
      return [neighbour(peer, device)];
    case 'fdb-missing':
    case 'fdb-wrong':
      return [forwarding(peer, device)];
    case 'route-missing':
    case 'route-wrong':
      return [route(peer, device)];
    case 'route-shadowed':
      return [{ op: 'route del', cidr: drift.destination, dev: drift.device }];
    case 'peer-missing':
    case 'peer-key-wrong':
    case 'allowed-ips-missing':
      return [];
    default:
      return assertNever(drift);
  }
}

function neighbour(peer: VxlanVtep, dev: string): Operation {
  return { op: 'neigh replace', ip: peer.vtepIp, mac: peer.vtepMac, dev };
}

function forwarding(peer: VxlanVtep, dev: string): Operation {
  return { op: 'fdb replace', mac: peer.vtepMac, dst: peer.publicIp, dev };
}

function route(peer: VxlanVtep, dev: string): Operation {
  return { op: 'route replace', cidr: peer.podCidr, via: peer.vtepIp, dev };
}

import { assertNever } from '../assert-never.ts';
import type { Drift } from '../evidence/drift.ts';
import { type ExpectedNetwork, hostAndPeers, type VxlanNetwork } from '../evidence/expected-network.ts';
import type { VxlanVtep } from '../evidence/vxlan-vtep.ts';
import { formatOperation, type Operation } from './operation.ts';

/** What one host is told to do, in the order of the batch: link, neighbours, forwarding entries, routes last. */
export interface HostPlan {
  readonly host: string;
  readonly operations: readonly Operation[];
}

/** The exact operations that turn actual into expected. `beyond`: differences that no operation of this plan mends. */
export interface Plan {
  readonly device: string;
  readonly hosts: readonly HostPlan[];
  readonly beyond: readonly Drift[];
}

/** Puts back the entries that differ, and only those, on the hosts where they differ. */
export function planReconcile(network: ExpectedNetwork, drifts: readonly Drift[], device: string): Plan {
  // Nothing of the grammar mends flannel's own WireGuard.
  if (network.backend !== 'vxlan') return { device, hosts: [], beyond: drifts };
  const beyond = drifts.filter((drift) => drift.type === 'device-missing' || drift.type === 'device-wrong');
  const brokenHosts = new Set(beyond.map((drift) => drift.host));
  const hosts = [...new Set(drifts.map((drift) => drift.host))]
    .filter((host) => !brokenHosts.has(host))
    .map((host) => ({
      host,
      operations: inOrder(
        drifts.filter((drift) => drift.host === host).flatMap((drift) => mend(drift, network, device)),
      ),
    }))
    .filter(({ operations }) => operations.length > 0);
  return { device, hosts, beyond };
}

/** Every entry that the host must hold: what a bounce replays after the link is up again. An unknown host gets no plan. */
export function planFullState(network: ExpectedNetwork, host: string, device: string): Plan {
  const peers = network.backend === 'vxlan' ? (hostAndPeers(network, host)?.peers ?? []) : [];
  const operations = inOrder(
    peers.flatMap((peer) => [neighbour(peer, device), forwarding(peer, device), route(peer, device)]),
  );
  return { device, hosts: operations.length === 0 ? [] : [{ host, operations }], beyond: [] };
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

const order = ['link', 'addr', 'neigh', 'fdb', 'route'];

/** flannel's own order, so that the kernel never has to resolve an address while the tables fill. */
function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const rank = (operation: Operation) => order.indexOf(operation.op.split(' ', 1)[0] ?? '');
  return operations.toSorted((left, right) => rank(left) - rank(right));
}

/** One line per operation, with its host. */
export function planLines(plan: Plan): readonly string[] {
  return plan.hosts.flatMap(({ host, operations }) =>
    operations.map((operation) => `${host}: ${formatOperation(operation)}`),
  );
}

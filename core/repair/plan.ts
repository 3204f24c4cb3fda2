import { assertNever } from '../assert-never.ts';
import type { Drift } from '../evidence/drift.ts';
import type { ExpectedNetwork, Vtep } from '../evidence/expected-network.ts';
import { peersOf } from '../evidence/expected-network.ts';
import { formatOperation, inOrder, type Operation } from './operation.ts';

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
  const peers = peersOf(network, host) ?? [];
  const operations = inOrder(
    peers.flatMap((peer) => [neighbour(peer, device), forwarding(peer, device), route(peer, device)]),
  );
  return { device, hosts: operations.length === 0 ? [] : [{ host, operations }], beyond: [] };
}

function mend(drift: Drift, network: ExpectedNetwork, device: string): readonly Operation[] {
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
    default:
      return assertNever(drift);
  }
}

function neighbour(peer: Vtep, dev: string): Operation {
  return { op: 'neigh replace', ip: peer.vtepIp, mac: peer.vtepMac, dev };
}

function forwarding(peer: Vtep, dev: string): Operation {
  return { op: 'fdb replace', mac: peer.vtepMac, dst: peer.publicIp, dev };
}

function route(peer: Vtep, dev: string): Operation {
  return { op: 'route replace', cidr: peer.podCidr, via: peer.vtepIp, dev };
}

/** One line per operation, with its host. */
export function planLines(plan: Plan): readonly string[] {
  return plan.hosts.flatMap(({ host, operations }) =>
    operations.map((operation) => `${host}: ${formatOperation(operation)}`),
  );
}

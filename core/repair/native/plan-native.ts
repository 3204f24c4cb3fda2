import { assertNever } from '../../assert-never.ts';
import { type Drift, describeDrift } from '../../evidence/drift.ts';
import type { NativeNetwork } from '../../evidence/expected-network.ts';
import type { NativePeer } from '../../evidence/native/native-peer.ts';
import { formatOperation, inOrder, type Operation } from '../operation.ts';
import type { HostPlan, Plan, Readings } from '../plan.ts';
import { madePeer, ownNetworks, replacedPeer } from './flannel-peer.ts';
import { flannelRoute } from './flannel-route.ts';

type OwnWork = { readonly operations: readonly Operation[]; readonly beyond: readonly string[] };

/**
 * Puts back what differs on flannel's own WireGuard, as flanneld would have made it (flannel pkg/backend/wireguard). Only
 * flanneld itself can make the device: it has the key. Where that is missing or the key is another one, nothing else is
 * touched, for the device that comes has its peers and its route.
 */
export function planNative(network: NativeNetwork, drifts: readonly Drift[], device: string, readings: Readings): Plan {
  const parts = [...new Set(drifts.map(({ host }) => host))].map((host) => {
    const own = drifts.filter((drift) => drift.host === host);
    return { host, ...workOn(own, network, device, readings) };
  });
  const hosts = parts.map(
    ({ host, operations }): HostPlan => ({ host, operations: inOrder(withoutRepeats(operations)) }),
  );
  return {
    device,
    hosts: hosts.filter(({ operations }) => operations.length > 0),
    beyond: parts.flatMap(({ beyond }) => beyond),
  };
}

function workOn(own: readonly Drift[], network: NativeNetwork, device: string, readings: Readings): OwnWork {
  const broken = own.filter(({ type }) => type === 'device-missing' || type === 'device-wrong');
  if (broken.length > 0) return { operations: [], beyond: broken.map(describeDrift) };
  const mended = own.map((drift) => ({ drift, operations: mend(drift, network, device, readings) }));
  return {
    operations: mended.flatMap(({ operations }) => operations),
    beyond: mended.flatMap(({ drift, operations }) => (operations.length === 0 ? [describeDrift(drift)] : [])),
  };
}

/** Empty: it takes more than is known. */
function mend(drift: Drift, network: NativeNetwork, device: string, readings: Readings): readonly Operation[] {
  if (drift.type === 'device-down') return [{ op: 'link up', dev: device }];
  const peer = 'peer' in drift ? network.vteps.find(({ node }) => node === drift.peer) : undefined;
  const wireguard = readings(drift.host)?.flannelWireGuard;
  if (peer === undefined || !('peer' in drift)) return [];
  switch (drift.type) {
    case 'peer-missing':
      return wireguard ? madePeer(peer, wireguard) : [];
    case 'peer-key-wrong':
      return wireguard ? replacedPeer(peer, drift.actual, wireguard, keysOf(network)) : [];
    case 'allowed-ips-missing':
      return [{ op: 'wg allowed-ips', dev: device, peer: peer.publicKey, cidrs: ownNetworks(peer, drift.actual) }];
    case 'route-missing':
    case 'route-wrong':
      return flannelRoute(drift.host, peer, network, device, readings);
    case 'route-shadowed':
      return [{ op: 'route del', cidr: drift.destination, dev: drift.device }];
    case 'neighbour-missing':
    case 'neighbour-wrong':
    case 'fdb-missing':
    case 'fdb-wrong':
      return [];
    default:
      return assertNever(drift);
  }
}

function keysOf({ vteps }: NativeNetwork): readonly NativePeer['publicKey'][] {
  return vteps.map(({ publicKey }) => publicKey);
}

/** One route serves the pods of every peer. */
function withoutRepeats(operations: readonly Operation[]): readonly Operation[] {
  return [...new Map(operations.map((operation) => [formatOperation(operation), operation])).values()];
}

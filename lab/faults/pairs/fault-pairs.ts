import type { Fault } from '../../fault.ts';
import { faultCatalogue } from '../catalogue.ts';
import { pairFaults } from './pair-faults.ts';

/** On one node, on the node and its hub, on the node and a peer; the one that hides the other comes first. */
const names: readonly (readonly [string, string])[] = [
  ['fdb-flushed', 'path-mtu-1400'],
  ['fdb-flushed', 'flanneld-stopped'],
  ['link-bounced', 'kubelet-stopped'],
  ['vxlan-missing', 'path-mtu-1400'],
  ['pod-route-one-peer-missing', 'vxlan-down'],
  ['vxlan-wrong-mac', 'peer-fdb-stale'],
  ['neighbour-wrong-mac', 'fdb-wrong-destination'],
  ['peer-fdb-stale', 'fdb-one-peer-missing'],
  ['hub-fdb-missing', 'fdb-one-peer-missing'],
  ['hub-neighbour-stale', 'neighbour-missing'],
  ['route-escaped', 'subnet-env-missing'],
  ['vxlan-recreated-empty', 'hub-fdb-missing'],
  ['pod-routes-missing', 'allowed-ips-missing'],
  ['tunnel-route-missing', 'fdb-flushed'],
  ['hub-allowed-ips-missing', 'fdb-flushed'],
  ['ip-forward-off', 'fdb-one-peer-missing'],
  ['hub-ip-forward-off', 'pod-route-one-peer-missing'],
  ['cloud-route-missing', 'pod-route-one-peer-missing'],
  ['wireguard-down', 'vxlan-down'],
  ['wireguard-missing', 'subnet-env-missing'],
  ['key-removed-at-hub', 'fdb-flushed'],
  ['hub-endpoint-stale', 'fdb-flushed'],
  ['port-blocked-at-site', 'fdb-one-peer-missing'],
  ['nat-mapping-expired', 'fdb-one-peer-missing'],
  ['spoke-mtu-1500', 'kubelet-stopped'],
  ['path-mtu-1400', 'subnet-env-missing'],
  ['forward-dropped', 'fdb-one-peer-missing'],
  ['vxlan-filtered-on-node', 'subnet-env-missing'],
  ['kubelet-stopped', 'subnet-env-missing'],
  ['hub-vxlan-missing', 'vxlan-down'],
  ['hub-uplink-down', 'fdb-flushed'],
];

/** Two faults of the catalogue at once. */
export const faultPairs: readonly Fault[] = names.map(([first, second]) => pairFaults(known(first), known(second)));

function known(name: string): Fault {
  const fault = faultCatalogue.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`no fault is called ${name}`);
  return fault;
}

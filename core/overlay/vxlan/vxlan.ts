import { commonIdentities } from '../common-identities.ts';
import type { Overlay } from '../overlay.ts';
import { vxlanCauses } from './causes.ts';
import { vxlanTables } from './expected-tables.ts';
import { findVxlanDrift } from './find-drift.ts';
import { remakesDevice } from './flannel-version.ts';
import { mendVxlan, rebuildVxlan, vxlanEntries } from './mend.ts';
import { vxlanMtu } from './mtu.ts';
import { readVtep, type VxlanVtep } from './vtep.ts';
import { vxlanWholeHostCause } from './whole-host-cause.ts';

/** flannel's VXLAN: one device per address family, with a neighbour, a forwarding entry and a route for each peer. */
export const vxlan: Overlay<VxlanVtep> = {
  name: 'vxlan',
  backendType: 'vxlan',
  device: ({ vxlanDevice }, family) => (family === 'ipv4' ? vxlanDevice : ipv6DeviceBeside(vxlanDevice)),
  readMember: readVtep,
  identities: (vtep) => [...commonIdentities(vtep), { what: 'VTEP MAC', value: vtep.vtepMac }],
  tables: ['links', 'neighbours', 'fdb', 'routes'],
  findDrift: findVxlanDrift,
  expectedTables: vxlanTables,
  causes: vxlanCauses,
  wholeHostCause: vxlanWholeHostCause,
  remakesLostDevice: remakesDevice,
  mend: mendVxlan,
  rebuild: rebuildVxlan,
  fullState: vxlanEntries,
  focus: ({ publicIp }) => [publicIp],
  carriedNetworks: ({ publicIp }) => [publicIp],
  mtu: vxlanMtu,
  blockedCause: 'vxlan-port-filtered',
};

/** Both names end with the VNI (flannel pkg/backend/vxlan: `flannel.%d`, `flannel-v6.%d`). */
function ipv6DeviceBeside(vxlanDevice: string): string {
  const [, vni = '1'] = /\.(\d+)$/.exec(vxlanDevice) ?? [];
  return `flannel-v6.${vni}`;
}

import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import type { LabVariant } from './lab-variant.ts';

const besideFirst = (host: LabHost): LabHost => ({
  ...host,
  site: 'dc-a',
  eth0: {
    ...host.eth0,
    address: '192.168.1.20/24',
    gateway: '192.168.1.1',
    address6: '2001:db8:1:1::20/64',
    gateway6: '2001:db8:1:1::1',
  },
  lan: { router: 'nat1', dev: 'lan' },
  uplink: '203.0.113.1',
});

export const oneNat: LabVariant = {
  name: 'one-nat',
  story: 'Both GPU nodes stand in one site, behind one NAT.',
  fleet: { ...plainFleet, hosts: changedHosts({ 'gpu-2': besideFirst }) },
};

import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import type { LabVariant } from './lab-variant.ts';

const inHubsNetwork = (host: LabHost): LabHost => ({
  ...host,
  eth0: {
    ...host.eth0,
    address: '10.0.1.20/24',
    gateway: '10.0.1.1',
    address6: '2001:db8:0:1::20/64',
    gateway6: '2001:db8:0:1::1',
  },
  lan: { router: 'vpc', dev: 'hub' },
  flannel: { ...host.flannel, publicIp: '10.0.1.20' },
});

export const directRouting: LabVariant = {
  name: 'direct-routing',
  story:
    'flannel runs with DirectRouting: hub and cloud node share a subnet, and their pods reach each other without VXLAN.',
  fleet: {
    ...plainFleet,
    hosts: changedHosts({ 'cloud-1': inHubsNetwork }),
    vxlan: { ...plainFleet.vxlan, directRouting: true },
  },
};

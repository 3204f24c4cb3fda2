import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { TUNNEL_CIDR, VPC_CIDR, WIREGUARD_PORT } from '../namespaces/topology.ts';
import type { LabVariant } from './lab-variant.ts';
import { widenSpoke } from './widen-spoke.ts';

const SECOND_PUBLIC = '198.51.100.11';
const SECOND_TUNNEL = '10.200.1.0/24';

const secondHub: LabHost = {
  name: 'hub-2',
  role: 'hub',
  pool: 'control',
  site: 'aws',
  instanceId: 'i-0a0000000000000a2',
  providerId: 'aws:///lab-1b/i-0a0000000000000a2',
  eth0: {
    address: '10.0.3.10/24',
    gateway: '10.0.3.1',
    address6: '2001:db8:0:3::10/64',
    gateway6: '2001:db8:0:3::1',
    mtuBytes: 9001,
  },
  lan: { router: 'vpc', dev: 'hub2' },
  uplink: '198.51.100.1',
  publicAddress: SECOND_PUBLIC,
  wireguard: { address: '10.200.1.1/24', mtuBytes: 1420 },
  flannel: { dev: 'eth0', publicIp: '10.0.3.10', mac: '0a:58:0a:2a:02:00' },
  podNumber: 2,
};

const reachingSecond = (host: LabHost): LabHost => widenSpoke(host, [SECOND_TUNNEL]);

const atSecond = (host: LabHost): LabHost => ({
  ...host,
  wireguard: {
    address: '10.200.1.12/24',
    mtuBytes: 1420,
    spoke: {
      hub: 'hub-2',
      hubEndpoint: `${SECOND_PUBLIC}:${WIREGUARD_PORT}`,
      allowedIps: [SECOND_TUNNEL, TUNNEL_CIDR, VPC_CIDR],
      allowedIpsAtHub: ['10.200.1.12/32'],
      routes: [TUNNEL_CIDR, VPC_CIDR],
    },
  },
  flannel: { ...host.flannel, publicIp: '10.200.1.12' },
});

/** Hubs listen before spokes call. */
const hubsFirst = (left: LabHost, right: LabHost) => Number(right.role === 'hub') - Number(left.role === 'hub');

export const twoHubs: LabVariant = {
  name: 'two-hubs',
  story: 'The second site has a hub and a tunnel network of its own; the VPC routes between the two.',
  fleet: {
    ...plainFleet,
    hosts: [...changedHosts({ 'gpu-1': reachingSecond, 'gpu-2': atSecond }), secondHub].toSorted(hubsFirst),
  },
};

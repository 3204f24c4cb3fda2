import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import type { LabVariant } from './lab-variant.ts';

const everything = (host: LabHost): LabHost => {
  const { wireguard } = host;
  if (wireguard?.spoke === undefined) return host;
  const spoke = { ...wireguard.spoke, allowedIps: ['0.0.0.0/0'], routes: [], fullTunnel: true } as const;
  return { ...host, wireguard: { ...wireguard, spoke } };
};

export const fullTunnel: LabVariant = {
  name: 'full-tunnel',
  story:
    'The spokes send everything into the tunnel (AllowedIPs 0.0.0.0/0), with the table and rules that wg-quick makes.',
  fleet: { ...plainFleet, hosts: changedHosts({ 'gpu-1': everything, 'gpu-2': everything }) },
};

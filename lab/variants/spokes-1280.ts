import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { withTunnelMtu } from './with-tunnel-mtu.ts';

export const spokes1280: LabVariant = {
  name: 'spokes-1280',
  story: 'The spokes’ tunnels have 1280 bytes, the size that every path carries; the hub has 1420.',
  fleet: { ...plainFleet, hosts: changedHosts({ 'gpu-1': withTunnelMtu(1280), 'gpu-2': withTunnelMtu(1280) }) },
};

import { shell } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

const MOVE = `hub=$(wg show wg0 peers) &&
wg set wg0 peer "$hub" endpoint '[2001:db8:0:1::10]:51820' persistent-keepalive 0 &&
wg set wg0 peer "$hub" persistent-keepalive 25`;

export const ipv6Underlay: LabVariant = {
  name: 'ipv6-underlay',
  story: 'The spokes reach the hub over IPv6; wg0 has the 1420 bytes that its larger header leaves.',
  fleet: { ...plainFleet, afterwards: [shell('gpu-1', MOVE), shell('gpu-2', MOVE)] },
};

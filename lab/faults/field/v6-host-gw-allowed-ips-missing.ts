import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

export const v6HostGwAllowedIpsMissing: Fault = {
  name: 'v6-host-gw-allowed-ips-missing',
  story: 'The hub’s entry of the node holds its tunnel addresses of both families, and its pods of IPv4 alone.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  backend: 'host-gw',
  variant: 'dual-stack-host-gw',
  inject: [
    shell(
      'hub-1',
      `wg set wg0 peer "${hubPeerKey('10.200.0.11')}" allowed-ips 10.200.0.11/32,10.42.11.0/24,fd00:200::b:1/128`,
    ),
  ],
};

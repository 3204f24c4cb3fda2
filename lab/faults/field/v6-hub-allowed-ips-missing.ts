import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

export const v6HubAllowedIpsMissing: Fault = {
  name: 'v6-hub-allowed-ips-missing',
  story: 'The node was enrolled at the hub again, with its tunnel address of IPv4 alone.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [shell('hub-1', `wg set wg0 peer "${hubPeerKey('10.200.0.11')}" allowed-ips 10.200.0.11/32`)],
};

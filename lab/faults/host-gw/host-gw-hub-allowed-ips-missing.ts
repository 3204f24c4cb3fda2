import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

export const hostGwHubAllowedIpsMissing: Fault = {
  name: 'host-gw-hub-allowed-ips-missing',
  story:
    'The node was enrolled at the hub with its tunnel address alone: the hub drops every packet to and from its pods.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('hub-1', `wg set wg0 peer "${hubPeerKey('10.200.0.11')}" allowed-ips 10.200.0.11/32`)],
  needs: 'namespaces',
  backend: 'host-gw',
};

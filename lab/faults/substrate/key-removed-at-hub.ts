import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

export const keyRemovedAtHub: Fault = {
  name: 'key-removed-at-hub',
  story: "A clean-up of the hub's configuration removed the node's peer.",
  label: { class: 'tunnel-down', cause: 'key-unknown', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [shell('hub-1', `wg set wg0 peer "${hubPeerKey('10.200.0.11')}" remove`)],
  needs: 'namespaces',
};

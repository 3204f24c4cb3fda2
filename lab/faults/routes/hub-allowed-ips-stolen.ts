import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

export const hubAllowedIpsStolen: Fault = {
  name: 'hub-allowed-ips-stolen',
  story:
    'The other GPU node was enrolled with a copy of this node’s section: WireGuard takes an address from one peer and gives it to the other.',
  label: { class: 'missing-route', cause: 'allowed-ips-stolen', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  inject: [shell('hub-1', `wg set wg0 peer "${hubPeerKey('10.200.0.12')}" allowed-ips 10.200.0.12/32,10.200.0.11/32`)],
};

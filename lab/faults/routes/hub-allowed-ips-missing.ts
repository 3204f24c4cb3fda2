import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

export const hubAllowedIpsMissing: Fault = {
  name: 'hub-allowed-ips-missing',
  story: 'A configuration push emptied the AllowedIPs of this node’s peer at the hub.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  inject: [shell('hub-1', `wg set wg0 peer "${hubPeerKey('10.200.0.11')}" allowed-ips ""`)],
};

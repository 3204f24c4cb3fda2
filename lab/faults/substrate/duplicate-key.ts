import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';
import { heartbeat } from './heartbeat.ts';
import { bakedPublicKey, useBakedKey } from './use-baked-key.ts';

export const duplicateKey: Fault = {
  name: 'duplicate-key',
  story: 'The second node was cloned from the image of the first, key included: they take the tunnel from each other.',
  label: { class: 'tunnel-down', cause: 'duplicate-key', hostAtFault: 'gpu-2' },
  alertingNode: 'gpu-1',
  alert: 'TunnelFlapping',
  inject: [
    useBakedKey('gpu-1'),
    shell(
      'hub-1',
      `wg set wg0 peer "${hubPeerKey('10.200.0.11')}" remove && wg set wg0 peer "${bakedPublicKey}" allowed-ips 10.200.0.11/32`,
    ),
    useBakedKey('gpu-2'),
    heartbeat('gpu-1', 1),
    heartbeat('gpu-2', 0.7),
  ],
  settleSeconds: 30,
  needs: 'namespaces',
};

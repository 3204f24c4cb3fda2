import { type Fault, shell } from '../../fault.ts';
import { loseMapping } from './lose-mapping.ts';

export const symmetricNat: Fault = {
  name: 'symmetric-nat',
  story: 'The site router gives every flow a random port; with keepalive the hub has learnt the new one.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [
    shell(
      'nat1',
      'nft flush chain ip nat postrouting && nft add rule ip nat postrouting oifname wan masquerade random',
    ),
    ...loseMapping,
  ],
  settleSeconds: 30,
  needs: 'namespaces',
};

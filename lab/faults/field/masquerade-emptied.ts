import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#2237. */
export const masqueradeEmptied: Fault = {
  name: 'masquerade-emptied',
  story:
    'flanneld was stopped half-way and left its chain empty: pods reach each other, and nothing outside the fleet.',
  label: { class: 'node-agent', cause: 'service-rules-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'EgressFailing',
  needs: 'namespaces',
  variant: 'with-services',
  inject: [on('gpu-1', 'nft flush chain ip nat FLANNEL-POSTRTG')],
};

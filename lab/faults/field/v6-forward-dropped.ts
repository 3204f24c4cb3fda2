import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

/** ip6tables has a FORWARD chain of its own, with a policy of its own. */
export const v6ForwardDropped: Fault = {
  name: 'v6-forward-dropped',
  story:
    'The policy of FORWARD in ip6tables is DROP, and nobody opened it for the pods: the node answers, its pods do not.',
  label: { class: 'overlay-blocked', cause: 'forward-dropped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [drop('gpu-1', 'forward', 'meta nfproto ipv6')],
};

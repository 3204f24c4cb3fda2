import type { Fault } from '../../fault.ts';

export const publicIpWrongQuiet: Fault = {
  name: 'public-ip-wrong-quiet',
  story:
    "Somebody wrote a wrong public-ip into another node's annotations; flanneld of the others has not seen it, and everything works.",
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'FlannelAnnotationDrift',
  needs: 'namespaces',
  inject: [],
  nodeChanges: [{ node: 'gpu-2', annotations: { 'flannel.alpha.coreos.com/public-ip': '10.200.0.99' } }],
};

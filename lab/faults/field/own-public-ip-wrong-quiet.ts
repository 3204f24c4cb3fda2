import type { Fault } from '../../fault.ts';

export const ownPublicIpWrongQuiet: Fault = {
  name: 'own-public-ip-wrong-quiet',
  story: "Somebody wrote an address of another network into the node's own public-ip annotation, and everything works.",
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'FlannelAnnotationDrift',
  needs: 'namespaces',
  inject: [],
  nodeChanges: [{ node: 'gpu-1', annotations: { 'flannel.alpha.coreos.com/public-ip': '172.31.7.7' } }],
};

import { defineRunbook } from '../core/runbook/runbook.ts';

/** The network works. What is left over from an earlier lease or pod is taken away; flanneld writes its file when it starts. */
export const nodeAgent = defineRunbook({
  class: 'node-agent',
  why: 'The overlay works, but a program that the node needs for its pods does not.',
  stages: [
    {
      name: 'reconcile',
      why: 'Take away an address that flannel or its CNI left behind, or forget flows to a pod that is gone. No packet of another flow is lost.',
      causes: ['address-foreign', 'stale-flow'],
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'restart-agent',
      why: 'flanneld writes /run/flannel/subnet.env when it starts; new pods get their addresses from it.',
      causes: ['subnet-env-missing', 'subnet-env-stale'],
      approval: 'by-policy',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 90,
    },
  ],
});

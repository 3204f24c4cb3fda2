import { defineRunbook } from '../core/runbook/runbook.ts';

/** Fits both ends to the path: device MTUs on the node, a route on the hub. Running connections recover too, and none is lost. */
export const mtuBlackHole = defineRunbook({
  class: 'mtu-black-hole',
  why: 'Small packets pass and full-size ones vanish: pings are fine, checkpoints hang.',
  stages: [
    {
      name: 'reconcile',
      why: 'Lower the MTU of the node’s tunnel and VXLAN devices, and of the hub’s route to the node, to what the path carries. No packet is lost.',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'Full-size packets still vanish: keep new pods away and call a person.',
      approval: 'by-policy',
      disruptive: true,
      // More than a size that only the node and its hub measured, or that their kernels remember.
      minConfidence: 0.9,
      timeoutSeconds: 60,
    },
  ],
});

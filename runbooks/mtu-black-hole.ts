import { defineRunbook } from '../core/runbook/runbook.ts';

/** Both ends are fitted to what the path carries; device MTUs and a route, so that running flows recover too and none is lost. */
export const mtuBlackHole = defineRunbook({
  class: 'mtu-black-hole',
  why: 'Small packets pass and full-size ones vanish: pings are fine, checkpoints hang.',
  stages: [
    {
      name: 'reconcile',
      why: 'Lower the tunnel and VXLAN devices of the node to what the path carries, and the route of the hub to it; no packet is lost.',
      on: 'affected-hosts',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'Full-size packets still vanish: keep new pods away and call a person.',
      on: 'node',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});

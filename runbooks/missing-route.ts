import { defineRunbook } from '../core/runbook/runbook.ts';

/** Routes to peers' pods are gone while the VXLAN tables are right: the same reconcile as a wedge, and no reason for a bounce. */
export const missingRoute = defineRunbook({
  class: 'missing-route',
  why: 'Pods schedule but cannot talk: the kernel has no route to the pods of a peer.',
  stages: [
    {
      name: 'reconcile',
      why: 'Put back exactly the routes that the Node objects demand.',
      on: 'affected-hosts',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.6,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'Somebody keeps removing the routes: keep the scheduler away from the node and call a person.',
      on: 'node',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.6,
      timeoutSeconds: 60,
    },
  ],
});

import { defineRunbook } from '../core/runbook/runbook.ts';

/** Repaired on the NATed side only: without a NAT mapping, no packet of the hub reaches the node. */
export const oneWayNat = defineRunbook({
  class: 'one-way-nat',
  why: 'The hub cannot reach the node until the node itself has sent: the node is Ready, but every exec answers 502.',
  stages: [
    {
      name: 'reconcile',
      why: 'Set a persistent keepalive, so that the node’s NAT mapping stays open; where only the answers are lost, change the listen port to get a new mapping. Both take effect at once and lose no packet.',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'One direction is still dead: keep new pods away and call a person.',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});

import { defineRunbook } from '../core/runbook/runbook.ts';

/** Repaired on the NATed side alone: nothing that the hub does reaches a node whose mapping is gone. */
export const oneWayNat = defineRunbook({
  class: 'one-way-nat',
  why: 'The hub cannot reach the node until the node itself has sent: Ready, and every exec answers 502.',
  stages: [
    {
      name: 'reconcile',
      why: 'Let the node keep its NAT mapping alive (persistent keepalive), or, where it does, make the NAT map it anew (another listen port); both take effect at once and lose no packet.',
      on: 'affected-hosts',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'One direction stays dead: keep new pods away and call a person.',
      on: 'node',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});

import { defineRunbook } from '../core/runbook/runbook.ts';

/** An interface that somebody set down is set up again, a hub that moved is found again; keys, daemons and firewalls are for a person. */
export const tunnelDown = defineRunbook({
  class: 'tunnel-down',
  why: 'Nothing gets through the WireGuard tunnel of the node.',
  stages: [
    {
      name: 'reconcile',
      why: 'Set the WireGuard device up again, or point it to where the other nodes find the hub; routes come back by the look that follows.',
      on: 'affected-hosts',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
    {
      name: 'quarantine',
      why: 'The tunnel is dead and nothing here revives it: keep new pods away and call a person.',
      on: 'node',
      approval: 'by-policy',
      disruptive: true,
      minConfidence: 0.8,
      timeoutSeconds: 60,
    },
  ],
});

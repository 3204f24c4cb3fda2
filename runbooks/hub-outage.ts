import { defineRunbook } from '../core/runbook/runbook.ts';

/** The leaves are left alone: only the hub’s own device is touched, when it is there and down. */
export const hubOutage = defineRunbook({
  class: 'hub-outage',
  why: 'The hub end of every tunnel is dead; each node behind it shows the symptom.',
  stages: [
    {
      name: 'reconcile',
      why: 'Set the WireGuard device of the hub up again.',
      on: 'affected-hosts',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.7,
      timeoutSeconds: 60,
    },
  ],
});

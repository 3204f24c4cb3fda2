import { defineRunbook } from '../core/runbook/runbook.ts';

/** Only the hub’s own WireGuard device is changed, if it exists and is down. The nodes behind the hub are left alone. */
export const hubOutage = defineRunbook({
  class: 'hub-outage',
  why: 'The hub end of every tunnel is dead, so each node behind the hub shows the symptom.',
  stages: [
    {
      name: 'reconcile',
      why: 'Set the WireGuard device of the hub up again.',
      approval: 'none',
      disruptive: false,
      minConfidence: 0.7,
      timeoutSeconds: 60,
    },
  ],
});
